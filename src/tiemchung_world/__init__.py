"""The outside world, simulated: people, sites and tablets that drive a platform through its public interfaces.

It imports nothing of the platform but its kernel; it speaks HTTP and runs the `tiemchung` command. Read it in this
order: `phase` (what a campaign's phase is), `population` and `plan` (who comes when), `campaign` (what is loaded
beforehand), `shift` and `tablet` (what a day leaves on a tablet), `uplink` and `center` (how it gets through), `field`
(all sites at work), `mischief` (what goes wrong on purpose), `replay` and `live` (the two ways to run it all). Apart from a
campaign stand `nation` (a population in files, with what is written about it) and `register` (the national population database).
"""
