"""Problems of what a document means: ids, wires, settings, registered things, tests."""

from document.words.code import Code, code

_DID_EN = ("Did you mean “{nearest}”?", "Known are: {names}.", "")
_DID_JA = ("「{nearest}」ではありませんか。", "使えるもの:{names}", "")

CODES: dict[str, Code] = {
    "unsupported_version": code(
        en="Documents of the format {value} cannot be read.",
        ja="形式 {value} の文書は読めません。",
        hint_en="This version reads format 1; a newer Suiro may have written it.",
        hint_ja="この版が読めるのは形式 1 です。より新しい Suiro で書かれた可能性があります。",
    ),
    "too_many_nodes": code(
        en="{count} nodes are more than the {limit} that a flow may have.",
        ja="ノードが {count} 個あり、上限の {limit} 個を超えています。",
        hint_en="Split it into several flows.",
        hint_ja="複数のフローに分けてください。",
    ),
    "no_nodes": code(
        severity="warning",
        en="The flow has no nodes yet.",
        ja="フローにまだノードがありません。",
    ),
    "duplicate_id": code(
        en="The id “{id}” is used twice.",
        ja="ID「{id}」が 2 回使われています。",
        hint_en=("Give this one another id, e.g. “{free}”.", "Give one of them another id."),
        hint_ja=("別の ID にしてください(例:「{free}」)。", "どちらかを別の ID にしてください。"),
    ),
    "unknown_kind": code(
        en="There is no node kind “{kind}”.",
        ja="「{kind}」という種類のノードはありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "unknown_node": code(
        en="There is no node “{name}”.",
        ja="「{name}」というノードはありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "unknown_port": code(
        en=("The node “{node}” has no output “{port}”.", "There is no output “{port}”."),
        ja=("ノード「{node}」に出力「{port}」はありません。", "「{port}」という出力はありません。"),
        hint_en=("Its outputs are: {names}.", ""),
        hint_ja=("使える出力:{names}", ""),
    ),
    "unknown_input": code(
        en="This kind of node has no input “{port}”.",
        ja="この種類のノードに入力「{port}」はありません。",
        hint_en=("Its inputs are: {names}.", ""),
        hint_ja=("使える入力:{names}", ""),
    ),
    "no_outputs": code(
        en="The node “{node}” has no outputs, so nothing can follow it.",
        ja="ノード「{node}」には出力がないので、後ろにつなげません。",
    ),
    "source_with_from": code(
        en="A source reads from outside and cannot have “from”.",
        ja="入力元のノードには from を書けません。",
        hint_en="Remove “from”.",
        hint_ja="from を削除してください。",
    ),
    "missing_from": code(
        en="The node “{node}” does not say where its events come from.",
        ja="ノード「{node}」に、イベントの入力元(from)がありません。",
        hint_en=("Add “from”, e.g. [“{nearest}”].", "Add “from” with the id of an earlier node."),
        hint_ja=("from を追加してください(例:[“{nearest}”])。", "from に前のノードの ID を書いてください。"),
    ),
    "duplicate_wire": code(
        severity="warning",
        en="The wire from “{name}” stands twice; it counts once.",
        ja="「{name}」からの線が 2 回書かれています。1 本として扱います。",
        hint_en="Keep it once.",
        hint_ja="1 つだけ残してください。",
    ),
    "cycle": code(
        en="These nodes feed each other in a ring: {nodes}.",
        ja="ノードが輪になっています:{nodes}",
        hint_en="Remove one of the wires.",
        hint_ja="どれか 1 本の線を外してください。",
    ),
    "unreached_action": code(
        severity="warning",
        en="Nothing ever reaches the action “{node}”.",
        ja="アクション「{node}」には何も届きません。",
        hint_en="Connect it to a source that is switched on.",
        hint_ja="有効な入力元からつないでください。",
    ),
    "leads_nowhere": code(
        severity="warning",
        en="What “{node}” sends goes nowhere.",
        ja="「{node}」の出力がどこにもつながっていません。",
        hint_en="Connect an action after it, or remove it.",
        hint_ja="後ろにアクションをつなぐか、削除してください。",
    ),
    "feedback": code(
        en="The flow would hear its own command: “{topic}” is read by “{source}” and written by “{command}”.",
        ja="自分のコマンドを自分で受け取ってしまいます:「{topic}」を「{source}」が読み、「{command}」が書きます。",
        hint_en="Read a narrower topic.",
        hint_ja="読み取るトピックを狭めてください。",
    ),
    "feedback_between": code(
        en="Together with {flows} this flow would go round in circles: “{source}” hears “{topic}”, which it causes itself.",
        ja="「{flows}」と合わせると堂々巡りになります:「{source}」が、自分が引き起こした「{topic}」を受け取ります。",
        hint_en="Read a narrower topic, or stop the other flow.",
        hint_ja="読み取るトピックを狭めるか、相手のフローを止めてください。",
    ),
    "per_keeps_apart": code(
        en="Each device is remembered on its own here, so values of different devices never come together.",
        ja="ここではデバイスごとに別々に記憶するため、別のデバイスの値がまとまることはありません。",
        hint_en="Set “per” to all, or to a field or attribute that they share.",
        hint_ja="「まとめる単位」を all、または共通の項目や属性にしてください。",
    ),
    "unreached_state": code(
        severity="warning",
        en="No way leads from the initial state to the state “{name}”.",
        ja="初期状態から状態「{name}」へ行く遷移がありません。",
        hint_en="Add a transition to it, or remove it.",
        hint_ja="この状態への遷移を追加するか、状態を削除してください。",
    ),
    "unknown_setting": code(
        en="There is no setting “{name}”.",
        ja="「{name}」という設定はありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "unused_setting": code(
        severity="warning",
        en="The setting “{name}” is used nowhere.",
        ja="設定「{name}」はどこでも使われていません。",
        hint_en="Remove it, or use it as “${name}”.",
        hint_ja="削除するか、「${name}」として使ってください。",
    ),
    "not_settable": code(
        en=("“{param}” cannot be a setting.", "This value cannot be a setting."),
        ja=("「{param}」は設定にできません。", "この値は設定にできません。"),
        hint_en="Write the value itself; a text that starts with $ is written $$.",
        hint_ja="値をそのまま書いてください。$ で始まる文字列は $$ と書きます。",
    ),
    "setting_does_not_fit": code(
        en=("The setting “{name}” does not fit here: {detail}", "The setting “{name}” does not fit here."),
        ja=("設定「{name}」はここでは使えません:{detail}", "設定「{name}」はここでは使えません。"),
        hint_en="Change the setting's value, or write the value itself.",
        hint_ja="設定の値を変えるか、値をそのまま書いてください。",
    ),
    "cannot_convert": code(
        en=("{from_unit} cannot be converted to {to_unit}.", "The units do not fit together."),
        ja=("{from_unit} を {to_unit} に換算できません。", "単位が合いません。"),
        hint_en=("Give the setting “{name}” in {to_unit}.", ""),
        hint_ja=("設定「{name}」を {to_unit} で書いてください。", ""),
    ),
    "unknown_unit": code(
        severity="warning",
        en="The unit “{unit}” is not known, so it is not converted.",
        ja="単位「{unit}」は不明なため、換算しません。",
    ),
    "unknown_type": code(
        en="There is no device type “{id}”.",
        ja="「{id}」というデバイス型はありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "unknown_device": code(
        en="There is no device “{id}”.", ja="「{id}」というデバイスはありません。", hint_en=_DID_EN, hint_ja=_DID_JA
    ),
    "unknown_destination": code(
        en="There is no destination “{id}”.", ja="「{id}」という送信先はありません。", hint_en=_DID_EN, hint_ja=_DID_JA
    ),
    "unknown_table": code(
        en="There is no table “{id}”.", ja="「{id}」という表はありません。", hint_en=_DID_EN, hint_ja=_DID_JA
    ),
    "unknown_model": code(
        en="There is no model “{id}”.", ja="「{id}」というモデルはありません。", hint_en=_DID_EN, hint_ja=_DID_JA
    ),
    "unknown_command": code(
        en=("“{device}” has no command “{id}”.", "There is no command “{id}”."),
        ja=("「{device}」にコマンド「{id}」はありません。", "「{id}」というコマンドはありません。"),
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "model_input_missing": code(
        en="The model “{id}” also needs a number for its input “{input}”; all its inputs together have the shape {shape}.",
        ja="モデル「{id}」には入力「{input}」の数値も必要です(入力全体の形は {shape})。",
        hint_en="Say which field goes into it.",
        hint_ja="その入力に渡す項目を選んでください。",
    ),
    "model_wants_picture": code(
        en="The model “{id}” reads a picture of {size} pixels, no numbers.",
        ja="モデル「{id}」が読むのは {size} 画素の画像で、数値ではありません。",
        hint_en="Choose the field with the picture instead, or another model.",
        hint_ja="代わりに画像の項目を選ぶか、別のモデルを選んでください。",
    ),
    "model_wants_numbers": code(
        en="The model “{id}” reads numbers, no picture: {names}.",
        ja="モデル「{id}」が読むのは画像ではなく数値です({names})。",
        hint_en="Say which field goes into each of its inputs, or choose another model.",
        hint_ja="各入力に渡す項目を選ぶか、別のモデルを選んでください。",
    ),
    "unknown_field": code(
        en="No event that comes here has a field “{field}”.",
        ja="ここに届くイベントに項目「{field}」はありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "unknown_attribute": code(
        en="No device here has the attribute “{name}”.",
        ja="ここのデバイスに属性「{name}」はありません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "device_of_other_type": code(
        en="The device “{id}” is of the type “{found}”, not “{expected}”.",
        ja="デバイス「{id}」の型は「{expected}」ではなく「{found}」です。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "no_such_devices": code(
        severity="warning",
        en="No registered device matches this now.",
        ja="いまのところ、これに合う登録済みデバイスはありません。",
    ),
    "bad_per": code(
        en="“{value}” is neither a field nor a device attribute here.",
        ja="「{value}」は、ここでは項目でもデバイスの属性でもありません。",
        hint_en=("Did you mean “{nearest}”?", "Use device, all, a field or an attribute."),
        hint_ja=("「{nearest}」ではありませんか。", "device、all、項目名、属性名のいずれかを使ってください。"),
    ),
    "device_unsure": code(
        en="Here it is not sure that an event belongs to one device, so “same” cannot be used.",
        ja="ここではイベントが 1 台のデバイスのものとは限らないため、same は使えません。",
        hint_en="Name a device.",
        hint_ja="デバイスを指定してください。",
    ),
    "limits_swapped": code(
        en="The lower limit {low} is above the upper limit {high}.",
        ja="下限 {low} が上限 {high} より大きくなっています。",
        hint_en="Swap them.",
        hint_ja="入れ替えてください。",
    ),
    "margin_too_wide": code(
        severity="warning",
        en="With the margin {margin} no value ever counts as cleared.",
        ja="戻り幅 {margin} では、戻ったとみなされる値がありません。",
        hint_en="Use less than half of the range.",
        hint_ja="範囲の半分より小さくしてください。",
    ),
    "needs_type": code(
        en="There are several device sources, so this row must name its type.",
        ja="デバイスの入力元が複数あるため、この行には type が必要です。",
        hint_en=("Add “type”, one of: {names}.", ""),
        hint_ja=("type に次のいずれかを書いてください:{names}", ""),
    ),
    "not_an_action": code(
        en="“{node}” is not an action, so a test cannot expect it.",
        ja="「{node}」はアクションではないため、テストの期待に書けません。",
        hint_en=_DID_EN,
        hint_ja=_DID_JA,
    ),
    "bad_test": code(
        en=("The test cannot run: {detail}", "The test cannot run."),
        ja=("このテストは実行できません:{detail}", "このテストは実行できません。"),
    ),
    "bad_start": code(
        en="“{value}” is not a date and time.",
        ja="「{value}」は日時として読めません。",
        hint_en="Write it like 2026-01-05T08:00:00; without an offset it is in the flow's zone.",
        hint_ja="2026-01-05T08:00:00 のように書いてください。時差がなければフローのタイムゾーンとみなします。",
    ),
    "bad_test_row": code(
        en="A row has either “at”, or “every” with “until” (and “from”).",
        ja="行には at か、every と until(と from)のどちらかを書いてください。",
    ),
    "too_many_events": code(
        en="These rows would make more than {limit} events.",
        ja="この行から作られるイベントが {limit} 件を超えます。",
        hint_en="Make “every” longer or “until” earlier.",
        hint_ja="every を長くするか、until を早くしてください。",
    ),
    "no_registry": code(
        severity="warning",
        en="No registry was given, so ids were not checked.",
        ja="登録情報がないため、ID は確認していません。",
        hint_en="Give a registry.json to check them.",
        hint_ja="registry.json を渡すと確認できます。",
    ),
    "no_actions": code(
        en="The flow does nothing: it has no action that anything reaches.",
        ja="フローが何もしません。届くアクションがありません。",
        hint_en="Add an action, such as a notice.",
        hint_ja="通知などのアクションを追加してください。",
    ),
    "no_sources": code(
        en="The flow has no source, so no event ever comes in.",
        ja="フローに入力元がないため、イベントが入りません。",
        hint_en="Add a source.",
        hint_ja="入力元のノードを追加してください。",
    ),
    "cannot_send": code(
        en="“{id}” goes to the service “{service}”, to which Suiro cannot send.",
        ja="「{id}」の送信先サービス「{service}」には送信できません。",
        hint_en=("Use one of: {names}.", ""),
        hint_ja=("使えるサービス:{names}", ""),
    ),
    "many_problems": code(
        en="There are {count} further problems.",
        ja="ほかに {count} 件の問題があります。",
        hint_en="Solve the first ones and check again.",
        hint_ja="先に表示された問題を直してから、もう一度確認してください。",
    ),
}
