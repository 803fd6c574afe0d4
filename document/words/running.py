"""Problems of workers, connections, files on the command line, and of sending."""

from document.words.code import Code, code

CODES: dict[str, Code] = {
    "file_not_found": code(en="There is no file “{file}”.", ja="ファイル「{file}」がありません。"),
    "file_unreadable": code(
        en=("The file “{file}” cannot be read: {detail}", "The file “{file}” cannot be read."),
        ja=("ファイル「{file}」を読めません:{detail}", "ファイル「{file}」を読めません。"),
    ),
    "broker_away": code(
        en=("The MQTT broker {url} cannot be reached: {detail}", "The MQTT broker cannot be reached."),
        ja=("MQTT ブローカー {url} に接続できません:{detail}", "MQTT ブローカーに接続できません。"),
        hint_en="Suiro keeps trying.",
        hint_ja="再接続を続けています。",
    ),
    "broker_refused": code(
        en=("The MQTT broker refuses the connection: {detail}", "The MQTT broker refuses the connection."),
        ja=("MQTT ブローカーが接続を拒否しました:{detail}", "MQTT ブローカーが接続を拒否しました。"),
        hint_en="Check user name, password and certificates.",
        hint_ja="ユーザー名、パスワード、証明書を確認してください。",
    ),
    "subscription_refused": code(
        en="The MQTT broker does not let us read “{topic}”.", ja="MQTT ブローカーが「{topic}」の購読を拒否しました。"
    ),
    "lower_qos": code(
        severity="warning",
        en="The MQTT broker sends “{topic}” at QoS {qos} at most: what is on its way when a connection breaks is lost.",
        ja="MQTT ブローカーは「{topic}」を QoS {qos} までしか配信しません。接続が切れたときに配信中だったデータは失われます。",
        hint_en="Let the broker grant QoS 1 (Mosquitto: max_qos).",
        hint_ja="ブローカーで QoS 1 を許可してください(Mosquitto では max_qos)。",
    ),
    "possible_gap": code(
        severity="warning",
        en=(
            "The broker has forgotten our session: messages from {from} to {until} may be missing.",
            "The broker has forgotten our session; messages may have been lost while it was away.",
        ),
        ja=(
            "ブローカーのセッションが失われました。{from} から {until} までのデータが欠けている可能性があります。",
            "ブローカーのセッションが失われました。切断中のデータが欠けている可能性があります。",
        ),
    ),
    "not_recovered": code(
        en="What this flow remembered could not be read after a restart: {detail}. It begins anew.",
        ja="再起動後、このフローの記憶を読み込めませんでした:{detail}。最初から始まります。",
    ),
    "rolled_back": code(
        en=(
            "Version {version} failed at {failed} of its first {count} events. Version {to} goes on where it began.",
            "A new version failed at too many of its first events. The one before goes on.",
        ),
        ja=(
            "バージョン {version} は最初の {count} 件のうち {failed} 件で失敗したため、バージョン {to} に戻しました。",
            "新しいバージョンは最初のイベントの多くで失敗したため、前のバージョンに戻しました。",
        ),
        hint_en="Correct the draft and deploy it again.",
        hint_ja="下書きを直して、もう一度デプロイしてください。",
    ),
    "rolled_back_memory": code(
        en=(
            "Version {version} cannot go on with what version {to} remembers: {detail}. Version {to} still runs.",
            "A new version cannot go on with what the one before remembers. That one still runs.",
        ),
        ja=(
            "バージョン {version} はバージョン {to} の記憶を引き継げません({detail})。バージョン {to} がそのまま動いています。",
            "新しいバージョンは前のバージョンの記憶を引き継げません。前のバージョンがそのまま動いています。",
        ),
    ),
    "rolled_back_raised": code(
        en=(
            "Version {version} could not go on: {detail}. Version {to} goes on where it began.",
            "A new version could not go on. The one before goes on.",
        ),
        ja=(
            "バージョン {version} は動き続けられませんでした({detail})。バージョン {to} に戻しました。",
            "新しいバージョンは動き続けられなかったため、前のバージョンに戻しました。",
        ),
    ),
    "durable_needs_store": code(
        en="This flow is durable, or what it sends may wait (“when_full”: “block”): it needs a place to keep things.",
        ja="このフローは配信保証が durable か、送信待ち(when_full: block)を使うので、保存場所が必要です。",
        hint_en="Give --store DIR, or set “delivery” to “fast” and let nothing block.",
        hint_ja="--store DIR を指定するか、delivery を fast にして block を外してください。",
    ),
    "store_in_use": code(en="Another worker uses the store “{dir}”.", ja="別のワーカーが保存先「{dir}」を使用中です。"),
    "not_sent": code(
        en=("Sending to “{to}” did not work: {detail}", "Sending did not work."),
        ja=("「{to}」への送信に失敗しました:{detail}", "送信に失敗しました。"),
    ),
    "no_address": code(
        en="The destination “{to}” has no address here.",
        ja="送信先「{to}」のアドレスが設定されていません。",
        hint_en="Set it on the destinations page, or by --destinations.",
        hint_ja="送信先の画面、または --destinations で設定してください。",
    ),
    "no_model": code(
        en="This node asks the workspace's language model, and none is set up.",
        ja="このノードはワークスペースの言語モデルを使いますが、設定されていません。",
        hint_en="Set base URL, key and model on the settings page.",
        hint_ja="設定画面で URL、キー、モデルを設定してください。",
    ),
    "no_model_access": code(
        en="The model “{id}” is registered, but there is no access to it here.",
        ja="モデル「{id}」は登録されていますが、接続先が設定されていません。",
        hint_en="Leave the model out: then the one of the settings page is asked.",
        hint_ja="モデルの指定を外すと、設定画面のモデルが使われます。",
    ),
    "address_refused": code(
        en="The address of “{to}” points to a network that must not be reached from here.",
        ja="「{to}」のアドレスは、ここから接続が許可されていないネットワークを指しています。",
    ),
    "expired": code(en="It was not sent in time and is dropped.", ja="時間内に送信できなかったため破棄しました。"),
    "gave_up": code(
        en=(
            "It was tried again and again, and the destination did not take it: {detail}",
            "It was tried again and again.",
        ),
        ja=(
            "繰り返し送信しましたが、送信先が受け取りませんでした:{detail}",
            "繰り返し送信しましたが、届きませんでした。",
        ),
    ),
    "dead_message": code(
        en=("A message on “{topic}” could not be read: {detail}", "A message could not be read."),
        ja=("「{topic}」のメッセージを読み取れませんでした:{detail}", "メッセージを読み取れませんでした。"),
    ),
    "unlisted": code(
        severity="warning",
        en="This flow acts more often than {most} times a second: {count} more actions were carried out and counted, not listed.",
        ja="このフローは毎秒 {most} 回を超えて動作しています。ほかに {count} 件の動作を実行して数えましたが、一覧には載せていません。",
        hint_en="If that is more than you expect, a cooldown or a hold keeps it from acting with every reading.",
        hint_ja="想定より多い場合は、間隔や継続時間を決めると、値が届くたびに動作することを防げます。",
    ),
    "stopped": code(en="The worker was stopped before it could be sent.", ja="送信する前にワーカーが停止しました。"),
    "outbox_full": code(
        en="So many wait for this destination that the oldest are given up.",
        ja="この送信先への送信待ちが多すぎるため、古いものから送信を打ち切りました。",
    ),
    "queue_full": code(
        en="The queue is full; {count} were dropped.", ja="待ち行列がいっぱいのため {count} 件を破棄しました。"
    ),
    "needs_approval": code(
        severity="warning",
        en="“{command}” of “{device}” waits for a person's approval.",
        ja="「{device}」の「{command}」は人の承認を待っています。",
    ),
}
