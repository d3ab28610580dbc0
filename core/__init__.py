"""What is true: packages, releases, deploys, tasks and the rules that hold for them."""
