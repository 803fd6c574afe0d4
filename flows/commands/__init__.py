"""Every write of the product. Views, sockets, tasks and management commands call these and write nothing themselves."""

from flows.commands.approvals import AnsweredAlready, ApprovalGone, answer_approval, waiting_approvals
from flows.commands.asks import (
    BadMark,
    NoSuchAnswer,
    answer_fields,
    asks_of,
    can_mark,
    mark_answer,
    shown_answer,
    today_in,
)
from flows.commands.budgets import (
    BadNumber,
    OneEmbedder,
    RefTaken,
    choose_currency,
    forget_profile,
    save_profile,
    set_budget,
)
from flows.commands.connection import BadAddress as BadBrokerAddress
from flows.commands.connection import (
    broker_of,
    connect_broker,
    forget_author_model,
    set_author_model,
    try_broker,
)
from flows.commands.contents import MOST_BYTES, TablesFull
from flows.commands.copies import (
    InTheWay,
    NotStarted,
    OtherBroker,
    copies_of,
    copy_of,
    remove_copy,
    start_copy,
    switch_scenario,
    switched_by,
)
from flows.commands.dashboards import (
    LinkGone,
    TooManyLinks,
    arrange_dashboard,
    link_with,
    links_of,
    reset_dashboard,
    revoke_link,
    share_dashboard,
)
from flows.commands.demos import (
    DemoGone,
    conduct,
    demo_of,
    open_demo,
    record_of_demo,
    revoke_demo,
    share_demo,
    share_of_demo,
    told_demo,
    write_demo,
)
from flows.commands.deploying import (
    NeedsApproval,
    NeedsComment,
    NoSuchVersion,
    NotDeployed,
    NotSound,
    UnknownSetting,
    change_settings,
    deploy_back,
    deploy_flow,
    first_worker,
    stop_flow,
    version_before,
    version_of,
    worker_of,
)
from flows.commands.destinations import SERVICES, BadAddress, forget_destination, mail_address, save_destination
from flows.commands.devices import (
    NoWorker,
    ask_status,
    ask_worker,
    ask_workers,
    browse,
    connect_again,
    switch_fault,
    try_command,
)
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
from flows.commands.incidents import choose_system_destinations, recent_incidents
from flows.commands.jobs import OPEN as OPEN_JOBS
from flows.commands.jobs import JobGone, TooBusy, ask_compile, cancel_job, fail_abandoned_jobs
from flows.commands.letters import discard_letters, letters_of, replay_letters
from flows.commands.manuals import (
    ManualGone,
    ManualsFull,
    SameManual,
    add_manual,
    forget_manual,
    index_of,
    index_part,
    manual_of,
    manuals_of,
    rename_manual,
    search_manuals,
    try_vectors,
)
from flows.commands.measuring import ask_measure, drift_of_version, keep_measured
from flows.commands.members import choose_language, choose_theme, choose_workspace_facts
from flows.commands.mine import Unfit, check_mine, make_mine, mine_of, suggested_for
from flows.commands.notices import NoticeGone, acknowledge, acknowledge_all, what_waits
from flows.commands.people import (
    LastOwner,
    NoSuchPerson,
    TooManyPeople,
    add_person,
    change_role,
    link_for,
    people_of,
    remove_person,
)
from flows.commands.plans import (
    PlanGone,
    PlansFull,
    add_plan,
    change_plan,
    choose_plan,
    forget_plan,
    place_devices,
    plan_beneath,
    plan_of,
    plans_of,
    uses_of_plans,
)
from flows.commands.registry import (
    NotRegistered,
    RefusedEntries,
    forget_device,
    forget_type,
    load_things,
    register_things,
)
from flows.commands.reports import (
    BadLine,
    ReportGone,
    TooManyReports,
    change_report,
    forget_report,
    keep_report,
    new_report,
    new_report_of_demo,
    renew_report,
    report_links_of,
    report_of,
    report_with,
    reports_of,
    revoke_report_link,
    share_report,
)
from flows.commands.rollouts import DoesNotFit, NothingBefore, NothingChosen, go_back, roll_out, stop_trial, try_version
from flows.commands.samples import (
    BadRows,
    add_sample,
    change_sample,
    forget_sample,
    put_rows,
    sample_of,
    sample_picture,
)
from flows.commands.signin import LinkSpent, NameTaken, new_signin_link, set_name_and_password, use_signin_link
from flows.commands.snoozing import BadSnooze, SnoozeGone, current_snoozes, end_snooze, snooze, tomorrow_morning
from flows.commands.stations import (
    TooManyWorkers,
    WorkerBusy,
    WorkerGone,
    WorkerNameTaken,
    add_worker,
    flows_on,
    move_flow,
    remove_worker,
    renew_token,
    worker_with,
)
from flows.commands.tables import (
    ChangedMeanwhile,
    IdTaken,
    NotReady,
    add_table,
    entry_of,
    forget_table,
    rename_table,
    replace_rows,
    table_of,
)
from flows.commands.trained import (
    BadModelId,
    ModelGone,
    ModelIdTaken,
    ModelsFull,
    SameFile,
    StillUsed,
    add_model,
    add_version,
    forget_model,
    forget_version,
    look_at_upload,
    model_of,
    models_of,
    part_of,
    rename_model,
)
from flows.commands.trained import Wish as ModelWish
from flows.commands.workers import (
    flow_reported,
    keep_rows,
    worker_left,
    worker_said_hello,
    worker_status,
)
from flows.model_access import author_model
