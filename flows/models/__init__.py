"""The tables. Each row belongs to a workspace (scoped.py); each has one UUID as its key."""

from flows.models.asking import AskBudget, AskCount, AskRecord
from flows.models.dashboard import Dashboard, DashboardLink
from flows.models.flow import Approval, Flow, FlowVersion, Hook, Job, Turn
from flows.models.incident import Incident
from flows.models.plan import DashboardPlan, SitePlan
from flows.models.registry import Broker, Destination, Device, DeviceType, ModelProfile
from flows.models.scoped import Owned, Unscoped
from flows.models.snooze import Snooze
from flows.models.table import Table, TableContent
from flows.models.worker import (
    DeadLetter,
    Firing,
    FiringCount,
    Notice,
    PendingApproval,
    StoredRow,
    TraceProblem,
    Worker,
)
from flows.models.workspace import Membership, SigninLink, Workspace

__all__ = [
    "Approval",
    "AskBudget",
    "AskCount",
    "AskRecord",
    "Broker",
    "Dashboard",
    "DashboardLink",
    "DashboardPlan",
    "DeadLetter",
    "Destination",
    "Device",
    "DeviceType",
    "Firing",
    "FiringCount",
    "Flow",
    "FlowVersion",
    "Hook",
    "Incident",
    "Job",
    "Membership",
    "ModelProfile",
    "Notice",
    "Owned",
    "PendingApproval",
    "SigninLink",
    "SitePlan",
    "Snooze",
    "StoredRow",
    "Table",
    "TableContent",
    "TraceProblem",
    "Turn",
    "Unscoped",
    "Worker",
    "Workspace",
]
