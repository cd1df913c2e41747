"""What may be refused to a member, and how long things of a sign-in hold; by subject."""
