"""Every write of the product. Views, sockets, tasks and management commands call these and write nothing themselves."""

from flows.commands.approvals import AnsweredAlready, ApprovalGone, answer_approval, waiting_approvals
from flows.commands.connection import BadAddress as BadBrokerAddress
from flows.commands.connection import (
    broker_of,
    connect_broker,
    forget_author_model,
    set_author_model,
    try_broker,
)
from flows.commands.deploying import (
    NeedsApproval,
    NotDeployed,
    NotSound,
    UnknownSetting,
    change_settings,
    deploy_flow,
    first_worker,
    stop_flow,
    worker_of,
)
from flows.commands.destinations import SERVICES, BadAddress, forget_destination, mail_address, save_destination
from flows.commands.devices import NoWorker, ask_status, ask_worker, browse, switch_fault, try_command
from flows.commands.first import bootstrap
from flows.commands.flows import (
    Conflict,
    FlowGone,
    add_turn,
    bin_flow,
    change_flow,
    flow_of,
    new_flow,
    restore_flow,
)
from flows.commands.hooks import NobodyListens, call_hook, hook_addresses, hook_with
from flows.commands.importing import import_flow, map_ids, refuse_oversize
from flows.commands.jobs import OPEN as OPEN_JOBS
from flows.commands.jobs import JobGone, TooBusy, ask_compile, cancel_job, fail_abandoned_jobs
from flows.commands.members import choose_language, choose_theme, choose_workspace_facts
from flows.commands.notices import NoticeGone, acknowledge, acknowledge_all
from flows.commands.registry import NotRegistered, RefusedEntries, forget_device, forget_type, load_things
from flows.commands.signin import LinkSpent, NameTaken, new_signin_link, set_name_and_password, use_signin_link
from flows.commands.workers import (
    flow_reported,
    forget_worker,
    keep_rows,
    register_worker,
    worker_left,
    worker_said_hello,
    worker_status,
)
from flows.model_access import author_model

__all__ = [
    "OPEN_JOBS",
    "SERVICES",
    "AnsweredAlready",
    "ApprovalGone",
    "BadAddress",
    "BadBrokerAddress",
    "Conflict",
    "FlowGone",
    "JobGone",
    "LinkSpent",
    "NameTaken",
    "NeedsApproval",
    "NoWorker",
    "NobodyListens",
    "NotDeployed",
    "NotRegistered",
    "NotSound",
    "NoticeGone",
    "RefusedEntries",
    "TooBusy",
    "UnknownSetting",
    "acknowledge",
    "acknowledge_all",
    "add_turn",
    "answer_approval",
    "ask_compile",
    "ask_status",
    "ask_worker",
    "author_model",
    "bin_flow",
    "bootstrap",
    "broker_of",
    "browse",
    "call_hook",
    "cancel_job",
    "change_flow",
    "change_settings",
    "choose_language",
    "choose_theme",
    "choose_workspace_facts",
    "connect_broker",
    "deploy_flow",
    "fail_abandoned_jobs",
    "first_worker",
    "flow_of",
    "flow_reported",
    "forget_author_model",
    "forget_destination",
    "forget_device",
    "forget_type",
    "forget_worker",
    "hook_addresses",
    "hook_with",
    "import_flow",
    "keep_rows",
    "load_things",
    "mail_address",
    "map_ids",
    "new_flow",
    "new_signin_link",
    "refuse_oversize",
    "register_worker",
    "restore_flow",
    "save_destination",
    "set_author_model",
    "set_name_and_password",
    "stop_flow",
    "switch_fault",
    "try_broker",
    "try_command",
    "use_signin_link",
    "waiting_approvals",
    "worker_left",
    "worker_of",
    "worker_said_hello",
    "worker_status",
]
