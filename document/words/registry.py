"""Problems of a registry file (CONTRACTS section 3)."""

from document.words.code import Code, code

CODES: dict[str, Code] = {
    "registry_entry_skipped": code(
        en=("“{id}” could not be read and is left out.", "An entry could not be read and is left out."),
        ja=("「{id}」を読めないため除外しました。", "読めない項目を除外しました。"),
        hint_en=("{detail}", ""),
        hint_ja=("{detail}", ""),
    ),
    "bad_registry": code(
        en="This is not a registry: an object with types, devices, destinations and models is needed.",
        ja="登録情報ではありません。types、devices、destinations、models を持つオブジェクトが必要です。",
    ),
    "bad_schema": code(
        en=("The values of the command “{id}” are not described by a JSON Schema.", "This is not a JSON Schema."),
        ja=("コマンド「{id}」の values が JSON Schema ではありません。", "JSON Schema ではありません。"),
    ),
    "secret_in_file": code(
        severity="warning",
        en="“{key}” is left out: addresses and secrets are not part of a registry file.",
        ja="「{key}」は除外しました。アドレスや秘密情報は登録ファイルに含められません。",
    ),
}
