"""Words that name nothing: they are passed over when the author looks for what it did not understand."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH = _words("""
how depending sample matter matters job business creeping creeps sitting hovering staying two three four number numbers closing summary summaries overview figure figures total totals gap spread difference solid straight whole pls please round way other any else point points time times thing things fact person people resident member end beginning clock calendar full whole crew shift shifts duty name names message text body hours spot place one break breaks pause interruption reminder reminders same case cases rest new old next previous
afternoon evening morning night hour hours day week month eye watch keep track case mind a about about actual affected after again all also always am an and another any approximately are around as at
automatically away back be because been before being belonging belongs bit both but by can case colleague colleagues
color colour come comes concerned consecutive continuous continuously corresponding could currently device devices
did do does done down duration during each either even event ever every everybody everyone few figure find first for
from full get gets go goes going gone good got had half happen happens has have he hear hears her him i if
immediately in inside into is it it's its itself just keep keeps kept kindly  least less let let's lets
level like limit lit little located long longer lot machine machines made make makes many mark matching maximum may
me measured measurement message minimum more most much must my near need needs no normal normally not now of off ok
okay on once one ones only onto or other our out out outside over own people per period please point quarter reading
readings relevant remain remains respective responsible right roughly running s same say saying says second see
sensor sensors shall she should show shows signal simply since situation so some somebody someone staff state
stating status stay stays still straight t team temperature's text than than thank thanks that the their them them
themselves then there these they this those threshold through till time times to too too unit units until up us
using value values very via want want wants was we well were what when whenever where which while who whose will
with within would yes you your
""")
"""Words that carry no wish of their own."""

JAPANESE = _words("""
同士 音沙汰 便り 空気 タイミング 文字 言葉 文言 入居者 利用者 患者 来客 お客様 従業員 作業者 作業員 最新 直前 ペース 勢い スピード 実行 不要 通算 延べ 段階 ゼロ 疑い 恐れ 可能性 瞬間 一時 同系統 同系 同一 系統 同ライン 旨 閉店 営業 翌朝 翌 室内 庫内 屋内 屋外 該 状態 場合 現在 即座 直ちに 至急 速やか 自動 自動的 必要 確認 一定 以上 以下 未満 開店 設備 担当 担当者 皆 全員 内容 値
数値 測定値 温 度 時間 時刻 毎回 程度 継続 連続 際 発生 検知 検出 異常 正常 対応 実施 運転 制御 指示 設定 該当 対象
同じ 当該 各自 方法 仕様 条件 処理 動作 判断 判定 監視 常時 随時 最初 今後 再度 念のため 念 為 ため 様 形 旨 件 情報
文章 測定 計測 測定結果 文面 本文 センサー センサ デバイス 機器 装置 データ メッセージ アラート 通知 連絡 報告 送信 色 灯 表示 側 内 中
通信 信号 応答 受信 更新 電波 今日 本日 当日 一日 丸一日 丸1日 翌朝 前日 昨日 毎回 今月 当月 月間 月末 今週 週間 毎時 正時 日付 直近 過去 最近 平常 通常 普段 合計 総計 累計
残量 区分 文面 件名 単相 三相 両方 片方 双方 全台 各台 各部屋 部屋ごと 休みなく 連続 一気 急 急激 半分 半数 過半数 超過 逸脱 重複 再送 無視 最初 最後 二件目 以降 以外 以前 以後 一件 一回 一台 一度
割合 程 度合 立 都度 一方 双 場所 結果 直 勤務帯 勤務 シフト 側 差 和 比 倍 率 外 上 下 前 後 次 他 別 何 全 各 毎 当 本 今 間 分 秒 時 日 限り 目 回
""")

PARTS_OF_NOTHING = _words("""
alarm alert all and any area average building change channel close current day device down each email for get group
high level line low mail main max mean message min new night notify number of off on open point rate room send
sensor set state status switch team the time total turn unit up value with する グループ センサ センサー チャンネル
チーム メール 値 変える 変更 担当 担当者 状態 設定 警報 送信 通知
""")
"""Parts of labels that do not stand for the whole ("sensor" of "door sensor")."""

NOT_SLIPS = _words("""
above after again alarm alert below close closed every exceed first higher light lower might minute other raise
right rises second start state stop their there these third those three value where which while
""")
"""Ordinary words that look like a name with a typo."""
