"""Every fact once, in order: append-only entries, the log of views, cursors for those who follow, anchors."""
