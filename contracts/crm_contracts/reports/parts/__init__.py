"""What reports of all kinds are made of: pieces of HTML, XML and Markdown in which no text plays tricks."""
