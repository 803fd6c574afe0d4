"""Why a picture is refused."""

from document.words.code import Code, code

CODES: dict[str, Code] = {
    "picture_format": code(
        en="This is not a picture that can be used.",
        ja="使える画像ではありません。",
        hint_en="Use a PNG, JPEG or WebP file. The content counts, not the file's name.",
        hint_ja="PNG、JPEG、WebP のいずれかにしてください(ファイル名ではなく中身で判断します)。",
    ),
    "picture_unreadable": code(
        en="The picture is damaged or incomplete.",
        ja="画像が壊れているか、途中で切れています。",
        hint_en="Open it in a picture program and save it anew.",
        hint_ja="画像ソフトで開き、保存し直してください。",
    ),
    "picture_too_heavy": code(
        en=("The picture has {size} bytes; at most {most} are taken.", "The picture is too large a file."),
        ja=("画像のサイズが {size} バイトあります。上限は {most} バイトです。", "画像ファイルが大きすぎます。"),
    ),
    "picture_too_large": code(
        en=(
            "The picture has {width} × {height} pixels; at most {most} in all are taken.",
            "The picture has too many pixels.",
        ),
        ja=(
            "画像が {width} × {height} ピクセルあります。上限は合計 {most} ピクセルです。",
            "画像のピクセル数が多すぎます。",
        ),
        hint_en="Make it smaller first.",
        hint_ja="縮小してから使ってください。",
    ),
    "picture_moves": code(
        en="This picture moves. A single still picture is needed.",
        ja="動く画像です。1枚の静止画にしてください。",
    ),
    "picture_not_blurred": code(
        en="What should be blurred in the picture could not be, so it is not used.",
        ja="画像をぼかせなかったため、この画像は使いません。",
        hint_en="Look at the worker's log. Until it works, leave out “blur” only where nobody can be seen.",
        hint_ja="ワーカーのログを確認してください。直るまでは、人の写らない場所に限り「ぼかすもの」を外せます。",
    ),
    "picture_not_kept": code(
        en="The picture could not be kept: there is no room, or the disk cannot be written.",
        ja="画像を保存できませんでした。空きがないか、ディスクに書き込めません。",
        hint_en="Look at the free space of the worker's disk.",
        hint_ja="ワーカーのディスクの空きを確認してください。",
    ),
    "camera_away": code(
        en=("No picture of the camera came: {detail}.", "No picture of the camera came."),
        ja=("カメラから画像を取得できませんでした({detail})。", "カメラから画像を取得できませんでした。"),
        hint_en="Check that the camera is on and reachable from the worker's machine, and its name and password.",
        hint_ja="カメラの電源、ワーカーのマシンからの接続、名前とパスワードを確認してください。",
    ),
    "no_camera": code(
        en=("The worker has no address of this camera: {detail}.", "The worker has no address of this camera."),
        ja=("ワーカーにこのカメラのアドレスがありません({detail})。", "ワーカーにこのカメラのアドレスがありません。"),
        hint_en="Write it into the file that --cameras or SUIRO_CAMERAS names, by the device's id.",
        hint_ja="--cameras または SUIRO_CAMERAS で指定するファイルに、デバイスの ID ごとに書いてください。",
    ),
}
