"""Who comes when: campaign sessions, slots, appointments, invitations, waves."""
