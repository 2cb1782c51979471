"""The staff's pages. Importing this hangs every one of them on the blueprint."""

import saas.desk.views.agreeing as agreeing
import saas.desk.views.appointing as appointing
import saas.desk.views.blocking as blocking
import saas.desk.views.cancelling as cancelling
import saas.desk.views.checking_in as checking_in
import saas.desk.views.clearances as clearances
import saas.desk.views.day as day
import saas.desk.views.homes as homes
import saas.desk.views.missing as missing
import saas.desk.views.money as money
import saas.desk.views.moving as moving
import saas.desk.views.reasons as reasons
import saas.desk.views.reviewing as reviewing
import saas.desk.views.schedule as schedule
import saas.desk.views.taxing as taxing
import saas.desk.views.time_off as time_off
import saas.desk.views.visits as visits
from saas.desk.views.door import blueprint
from saas.desk.views.homes import nav

__all__ = [
    "agreeing",
    "appointing",
    "blocking",
    "blueprint",
    "cancelling",
    "checking_in",
    "clearances",
    "day",
    "homes",
    "missing",
    "money",
    "moving",
    "nav",
    "reasons",
    "reviewing",
    "schedule",
    "taxing",
    "time_off",
    "visits",
]
