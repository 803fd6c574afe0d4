"""Why a document that somebody uploads is refused."""

from document.words.code import Code, code

CODES: dict[str, Code] = {
    "manual_too_heavy": code(
        en="The file is larger than 16 MB.",
        ja="ファイルが 16 MB を超えています。",
        hint_en="Split it, or upload it without its pictures.",
        hint_ja="分割するか、画像を除いてアップロードしてください。",
    ),
    "manual_kind": code(
        en="This kind of file cannot be read.",
        ja="この種類のファイルは読み取れません。",
        hint_en="Upload PDF, Word (.docx), Markdown, HTML, CSV or plain text.",
        hint_ja="PDF、Word(.docx)、Markdown、HTML、CSV、テキストのいずれかにしてください。",
    ),
    "manual_not_text": code(
        en="The file holds no text that can be read.",
        ja="読み取れる文字がファイルにありません。",
        hint_en="Save it as UTF-8 or Shift_JIS.",
        hint_ja="UTF-8 または Shift_JIS で保存してください。",
    ),
    "manual_broken": code(
        en="The file is damaged, or not what its name says.",
        ja="ファイルが壊れているか、名前と中身が合っていません。",
        hint_en="Open it in its program and save it anew.",
        hint_ja="作成したソフトで開き、保存し直してください。",
    ),
    "manual_locked": code(
        en="The file is protected by a password.",
        ja="ファイルがパスワードで保護されています。",
        hint_en="Save it without a password.",
        hint_ja="パスワードなしで保存し直してください。",
    ),
    "manual_empty": code(
        en="No text was found in the file.",
        ja="ファイルに文字が見つかりませんでした。",
        hint_en="A scanned document is only pictures: make its text readable (OCR) first.",
        hint_ja="スキャンした文書は画像だけの場合があります。先に文字認識(OCR)をしてください。",
    ),
    "manual_too_long": code(
        en="There is too much text in the file: at most 2 million characters, 1,000 pages or 20,000 rows are taken.",
        ja="文字が多すぎます。1 ファイルは 200 万字、1,000 ページ、2 万行までです。",
        hint_en="Split it into several files.",
        hint_ja="いくつかのファイルに分けてください。",
    ),
    "manual_too_slow": code(
        en="Reading the file took too long.",
        ja="ファイルの読み取りに時間がかかりすぎました。",
        hint_en="Save it anew in its program, or as plain text.",
        hint_ja="作成したソフトで保存し直すか、テキストにしてください。",
    ),
    "no_documents": code(
        en=("There are no documents here: {detail}.", "There are no documents here."),
        ja=("文書がありません({detail})。", "文書がありません。"),
        hint_en="Upload some on the page “Documents”. A worker fetches them from its server.",
        hint_ja="「文書」のページでアップロードしてください。ワーカーはサーバーから取得します。",
    ),
    "no_vectors": code(
        en=("The documents were searched by words alone: {detail}.", "The documents were searched by words alone."),
        ja=("文書を言葉だけで探しました({detail})。", "文書を言葉だけで探しました。"),
        hint_en="Look at the model for embeddings on the page “Language models”. Answers go on, found by the words of the question.",
        hint_ja="「言語モデル」のページで、埋め込み用のモデルを確かめてください。質問の言葉による検索は続きます。",
    ),
}
