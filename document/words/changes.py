"""How a change of a document is said."""

Variants = tuple[str, ...]

CHANGES: dict[str, dict[str, Variants]] = {
    "document_added": {"en": ("“{key}” is now {after}.",), "ja": ("「{key}」を {after} にしました。",)},
    "document_removed": {"en": ("“{key}” was removed.",), "ja": ("「{key}」を削除しました。",)},
    "document_changed": {
        "en": ("“{key}” changed from {before} to {after}.",),
        "ja": ("「{key}」を {before} から {after} に変えました。",),
    },
    "node_added": {"en": ("Node “{id}” ({kind}) was added.",), "ja": ("ノード「{id}」({kind})を追加しました。",)},
    "node_removed": {"en": ("Node “{id}” ({kind}) was removed.",), "ja": ("ノード「{id}」({kind})を削除しました。",)},
    "node_key_added": {
        "en": ("“{key}” of node “{id}” is now {after}.",),
        "ja": ("ノード「{id}」の「{key}」を {after} にしました。",),
    },
    "node_key_removed": {
        "en": ("“{key}” of node “{id}” was removed.",),
        "ja": ("ノード「{id}」の「{key}」を削除しました。",),
    },
    "node_key_changed": {
        "en": ("“{key}” of node “{id}” changed from {before} to {after}.",),
        "ja": ("ノード「{id}」の「{key}」を {before} から {after} に変えました。",),
    },
    "param_added": {
        "en": ("“{key}” of “{id}” is now {after}.",),
        "ja": ("「{id}」の「{key}」を {after} にしました。",),
    },
    "param_removed": {"en": ("“{key}” of “{id}” was removed.",), "ja": ("「{id}」の「{key}」を削除しました。",)},
    "param_changed": {
        "en": ("“{key}” of “{id}” changed from {before} to {after}.",),
        "ja": ("「{id}」の「{key}」を {before} から {after} に変えました。",),
    },
    "setting_added": {
        "en": ("Setting “{id}” was added: {after}.",),
        "ja": ("設定「{id}」を追加しました:{after}",),
    },
    "setting_removed": {"en": ("Setting “{id}” was removed.",), "ja": ("設定「{id}」を削除しました。",)},
    "setting_changed": {
        "en": ("Setting “{id}” changed from {before} to {after}.",),
        "ja": ("設定「{id}」を {before} から {after} に変えました。",),
    },
    "setting_described": {
        "en": ("“{key}” of the setting “{id}” changed.",),
        "ja": ("設定「{id}」の「{key}」を変えました。",),
    },
    "test_added": {"en": ("Test “{id}” was added.",), "ja": ("テスト「{id}」を追加しました。",)},
    "test_removed": {"en": ("Test “{id}” was removed.",), "ja": ("テスト「{id}」を削除しました。",)},
    "test_changed": {"en": ("Test “{id}” changed.",), "ja": ("テスト「{id}」を変えました。",)},
}
