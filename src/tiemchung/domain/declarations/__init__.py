"""What people declare: health declarations, screening and consent forms in dated versions, and the answers."""
