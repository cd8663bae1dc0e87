"""`tiemchung hub`: keeps the batches of a site's tablets and carries them to the center, and reads nothing (decision 29).

`store` is what lies on its disk, `door` what tablets meet, `uplink` what it asks the center, `carrier` what it does by itself,
`identity` who it is, `command` the processes. Nothing here imports Django or a room: a hub has no record.
"""
