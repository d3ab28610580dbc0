"""The base of every domain fact: frozen, validated and ready for JSON."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable fact. The same value is workflow checkpoint, event payload and REST reply."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    def to_json(self) -> dict[str, Any]:
        """Return the value as plain JSON types, as `from_json` takes it back."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Return the value that `to_json` gave; raises pydantic's ValidationError on anything else."""
        return cls.model_validate(data)
