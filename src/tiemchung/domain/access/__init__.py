"""Who may: accounts, claims and proofs, staff roles and reach, presence grants, devices and their keys."""
