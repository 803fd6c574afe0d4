"""The tables. Each row belongs to a workspace (scoped.py); each has one UUID as its key."""

from flows.models.asking import AskBudget, AskCount, AskRecord
from flows.models.dashboard import Dashboard, DashboardLink
from flows.models.flow import Approval, Flow, FlowVersion, Hook, Job, Turn
from flows.models.gallery import Copy, Report, ReportLink
from flows.models.incident import Incident
from flows.models.manual import Manual, ManualIndex, ManualIndexPart, PassageVector
from flows.models.plan import DashboardPlan, SitePlan
from flows.models.registry import Broker, Destination, Device, DeviceType, ModelProfile
from flows.models.scoped import Owned, Unscoped
from flows.models.snooze import Snooze
from flows.models.table import Table, TableContent
from flows.models.trained import (
    ModelChange,
    ModelFile,
    ModelPart,
    ModelSample,
    ModelTally,
    ModelVersion,
    TrainedModel,
)
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
    "Copy",
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
    "Manual",
    "ManualIndex",
    "ManualIndexPart",
    "Membership",
    "ModelChange",
    "ModelFile",
    "ModelPart",
    "ModelProfile",
    "ModelSample",
    "ModelTally",
    "ModelVersion",
    "Notice",
    "Owned",
    "PassageVector",
    "PendingApproval",
    "Report",
    "ReportLink",
    "SigninLink",
    "SitePlan",
    "Snooze",
    "StoredRow",
    "Table",
    "TableContent",
    "TraceProblem",
    "TrainedModel",
    "Turn",
    "Unscoped",
    "Worker",
    "Workspace",
]
