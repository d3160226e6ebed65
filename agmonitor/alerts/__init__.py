"""Who is told what, when, and by which door; judges no group itself."""
