"""Units, areas, posts, people and who may do what where: the organisation of the company."""
