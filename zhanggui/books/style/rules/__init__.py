"""What a style may say: colours, the tokens made of them, and how a style comes and goes."""
