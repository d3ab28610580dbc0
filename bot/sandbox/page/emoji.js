// The emoji a small team needs, by Slack's names.

export const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", eyes: "👀", leftwards_arrow_with_hook: "↩️", rocket: "🚀", repeat: "🔁",
  "+1": "👍", "-1": "👎", tada: "🎉", x: "❌", warning: "⚠️", no_entry: "⛔", lock: "🔒", unlock: "🔓", hourglass: "⌛",
  fire: "🔥", bug: "🐛", ship: "🚢", package: "📦", memo: "📝", bell: "🔔", wave: "👋", pray: "🙏", clap: "👏", heart: "❤️",
  smile: "😄", joy: "😂", thinking_face: "🤔", sob: "😭", sunglasses: "😎", muscle: "💪", ok_hand: "👌", raised_hands: "🙌",
  bulb: "💡", mag: "🔍", key: "🔑", wrench: "🔧", hammer: "🔨", gear: "⚙️", chart_with_upwards_trend: "📈", calendar: "📅",
  coffee: "☕", ramen: "🍜", pizza: "🍕", red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡",
  arrows_counterclockwise: "🔄", stop_sign: "🛑", construction: "🚧", sparkles: "✨", zap: "⚡", snail: "🐌", cat: "🐱",
};

export const QUICK = ["white_check_mark", "eyes", "leftwards_arrow_with_hook", "rocket", "+1", "tada"];

export function emoji(name) {
  const [known] = name.split("::");
  // own names only: `:constructor:` is a word that somebody may say
  return Object.hasOwn(EMOJI, known) ? EMOJI[known] : `:${name}:`;
}
