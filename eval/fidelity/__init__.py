"""How near free visits of customers are to those of people: whole visits, not single steps."""
