"""Words that mean the same thing in both languages, so that a registry with labels in one is understood in the other.

A concept lends its words only to registered things whose own id, label or `also` is among them; it names nothing itself.
Each line below is one concept; a line that starts with spaces goes on with the one before.
"""

Concepts = tuple[tuple[str, ...], ...]


def _read(text: str) -> Concepts:
    lines = text.strip("\n").replace(",\n    ", ", ").splitlines()
    return tuple(tuple(word.strip() for word in line.split(",")) for line in lines)


FIELDS = _read("""
temperature, temp, 温度, 気温, 室温, 炉温, 水温, 油温, 庫内温度, 室内温度, hot, heat, cold, hotter, colder, warm,
    warmer, cool, cooler, 熱, 暑, 寒
humidity, 湿度, humid, dry, moisture, relative humidity, rh
pressure, 圧力, 気圧, 内圧, 吐出圧, 油圧, 水圧
vibration, 振動, 振動値, vibrate, vibrating, vibrations
current, 電流, 電流値, amperage, 負荷電流
voltage, 電圧, 電圧値
power, 電力, 消費電力, wattage, power consumption
energy, 電力量, エネルギー
level, 水位, 液位, 液面, 残量, レベル, water level, fill level, 貯水量, タンク残量, fill
co2, 二酸化炭素, 二酸化炭素濃度, co2濃度, 炭酸ガス, co2 concentration, carbon dioxide, co2 level
speed, 速度, スピード, 回転数, 回転速度, 風速, rotation speed, rotational speed, rpm
flow, 流量, flow rate, flowrate, 流速, 水量
weight, 重量, 重さ, 質量, mass, load, 荷重
battery, 電池, バッテリー, 電池残量, バッテリー残量, battery level, 充電, charge, state of charge, soc,
    charge level
noise, 騒音, 騒音レベル, 音量, sound, sound level, noise level, loudness
illuminance, 照度, 明るさ, brightness, light level, light, lux
torque, トルク
frequency, 周波数
ph, ph値, 酸性度
turbidity, 濁度
dust, 粉塵, 粉じん, ほこり, particulate, pm2.5, pm25
voc, 揮発性有機化合物
gas, ガス, ガス濃度, gas concentration
smoke, 煙
wet, 湿潤, 濡れ, ぬれ
oil_temp, 油温, oil temperature, オイル温度, oil temp
water_temp, 水温, water temperature
inlet, 吸気温度, inlet temperature, 入口温度, 吸込温度
outlet, 吐出温度, 出口温度, outlet temperature, exhaust temperature, 排気温度
oxygen, 酸素, 酸素濃度, o2, dissolved oxygen, 溶存酸素
conductivity, 導電率, 電気伝導度, ec
soil_moisture, 土壌水分, soil moisture, 土の水分, moisture
depth, 深さ, 水深
distance, 距離
thickness, 厚さ, 厚み
wind, 風速, wind speed
rain, 雨量, 降水量, rainfall
count, 個数, 生産数, カウント, 数量, pieces, parts
occupancy, 人数, 在室人数, people, occupants, 人, persons, number of people
open, 開, 開いている, 開放, opened, 開閉, 開閉状態
closed, 閉, 閉鎖
locked, 施錠, ロック, lock
running, 運転, 稼働, 運転中, 稼働中, run, runs, 稼動, 運転状態, 稼働状態
leak, 漏水, 水漏れ, 漏れ, leakage, leaking, water leak, 漏液, 液漏れ, 浸水
motion, 動き, 人感, 人の動き, movement, somebody, someone, anybody, anyone
occupied, 在室, 使用中, 人がいる, presence, 人, 人が, 誰か, 誰も, anyone, anybody, somebody, someone, nobody, vacant
alarm, 警報, アラーム
fault, 故障, 異常, failure, trouble
emergency_stop, 非常停止, emergency stop, e-stop, estop, 緊急停止
image, picture, photo, photograph, still image, snapshot, frame, 画像, 写真, 静止画, 映像, 撮影画像
comment, text, message, 本文, 文章, コメント, 内容, 書き込み, 文面
button, ボタン, 押しボタン, pressed, 呼び出しボタン
status, 状態, ステータス, state
mode, モード, 運転モード, operating mode
wait, 待ち時間, waiting time, queue time, wait time
queue, 行列, 待ち人数, queue length
""")

TYPES = _read("""
kiln, 炉, 窯, 焼成炉
furnace, 加熱炉, 溶解炉, 炉
oven, オーブン, 乾燥炉
pump, ポンプ
freezer, 冷凍庫, フリーザー
fridge, 冷蔵庫, refrigerator, 冷蔵ケース
cold storage, cold room, 冷蔵倉庫, cold_room, 保冷庫, 冷蔵室, 低温室, 冷室
tank, タンク, 水槽, 貯槽, reservoir
bath, bathtub, tub, 浴槽, 風呂, お風呂, 浴場, 大浴場
room, 部屋, 室, 会議室, meeting room, meeting_room, conference room
door, ドア, 扉, 戸
gate, ゲート, 門
window, 窓
shutter, シャッター
motor, モーター, モータ, 電動機
fan, ファン, 換気扇, 送風機, ventilator, exhaust fan, 排気ファン, 扇風機, ventilation fan, ventilation, 換気
valve, バルブ, 弁
lamp, ランプ, light, ライト, 表示灯, 照明, 電灯, パイロットランプ
tower, 信号灯, signal tower, light tower, light_tower, タワー, シグナルタワー, タワーライト, tower light,
    パトライト, 積層灯, 積層信号灯, stack light, andon, アンドン, signal light, signal_tower, 警告灯, 回転灯,
    warning light, beacon
beacon, 回転灯, 警告灯, warning light, パトライト
siren, サイレン
buzzer, ブザー, 警報機
horn, ホーン, 警笛
speaker, スピーカー
display, 表示器, 掲示板, ディスプレイ, sign, signboard
compressor, コンプレッサー, コンプレッサ, 圧縮機
boiler, ボイラー, ボイラ
chiller, チラー, 冷却機, 冷凍機
cooler, クーラー, 冷却器
heater, ヒーター, ヒータ, 暖房器, 暖房機, 加熱器
aircon, エアコン, air conditioner, 空調, 空調機, hvac, ac
humidifier, 加湿器
dehumidifier, 除湿機, 除湿器
greenhouse, 温室, ハウス, ビニールハウス
server, サーバー, サーバ
rack, ラック, server rack, サーバーラック, サーバラック
elevator, エレベーター, エレベータ, lift
escalator, エスカレーター
truck, トラック, lorry
forklift, フォークリフト
agv, 搬送車, 無人搬送車
machine, 機械, 設備, 装置, 加工機
press, プレス, プレス機
robot, ロボット
conveyor, コンベア, コンベヤ, コンベヤー, ベルトコンベア, ベルト, belt, conveyor belt
line, ライン, 生産ライン
mixer, ミキサー, 攪拌機, 撹拌機
battery, バッテリー, 蓄電池
generator, 発電機
turbine, タービン
transformer, 変圧器, トランス
meter, メーター, 計器
sensor, センサー, センサ
toilet, トイレ, restroom
barn, 牛舎, 畜舎, 鶏舎
silo, サイロ
warehouse, 倉庫
spindle, 主軸, スピンドル
bearing, 軸受, ベアリング
sprinkler, スプリンクラー
gateway, ゲートウェイ
bed, ベッド
crane, クレーン
dryer, 乾燥機, ドライヤー
extruder, 押出機
lathe, 旋盤
blower, ブロワ, ブロワー, 送風機
showcase, ショーケース, display case
camera, カメラ
charger, 充電器
vehicle, 車両, 車
office, オフィス, 事務所
pool, プール
well, 井戸
pond, 池
manhole, マンホール
bridge, 橋
tunnel, トンネル
""")

CHOICES = _read("""
reject, 排出, 排出側, 不良側, 除外, 排除
pass, 通過, 通過側, 良品側
red, 赤, 赤色, レッド, 赤ランプ, 赤灯, 赤く
yellow, 黄, 黄色, イエロー, 黄色く, 黄ランプ
amber, 橙, 黄, 黄色, アンバー, yellow
orange, オレンジ, 橙, 橙色
green, 緑, 緑色, グリーン, 緑ランプ, 緑灯
blue, 青, 青色, ブルー, 青く
white, 白, 白色, ホワイト, 白く
purple, 紫, 紫色
blink, 点滅, flash, blinking, flashing, フラッシュ
auto, 自動, automatic, オート
manual, 手動, マニュアル
eco, エコ, 省エネ, energy saving
cool, 冷房, cooling
heat, 暖房, heating
dry, 除湿, ドライ
fan, 送風
high, 強, 強運転, 高速, full, 強風, 強に
low, 弱, 弱運転, 低速, 微風
medium, 中, 中速, middle, mid
fast, 高速, 速く
slow, 低速, 遅く
forward, 正転, 前進
reverse, 逆転, 後退, backward
standby, 待機, スタンバイ
silent, 消音, mute
warning, 警告
critical, 緊急, 重大
idle, 待機, アイドル
full, 全開
half, 半開
normal, 通常, 標準, 平常
""")

CALLS = _read("""
shutdown, シャットダウン, shut down, 停止, 緊急停止, power down
start, 起動, 始動, 運転開始
stop, 停止, 止める, 運転停止
reset, リセット
restart, 再起動, reboot
acknowledge, 確認
beep, 鳴動, ビープ
defrost, 霜取り, 除霜
flush, 洗浄
drain, 排水
refill, 補給, 給水
announce, 放送, アナウンス, say, speak
lock, 施錠, ロック
unlock, 解錠, アンロック
ring, 鳴らす, sound, 鳴らして
""")

POLARITY: dict[str, tuple[str, ...]] = {
    "on": ("on", "true", "enable", "enabled", "active", "activate", "start", "run", "running", "1"),
    "off": ("off", "false", "disable", "disabled", "inactive", "deactivate", "stop", "stopped", "0", "none"),
    "start": ("start", "run", "running", "on", "started", "true", "enable"),
    "stop": ("stop", "stopped", "off", "halt", "false", "shutdown", "emergency_stop", "disable"),
    "open": ("open", "opened", "on", "true", "unlock"),
    "close": ("close", "closed", "shut", "off", "false"),
    "lock": ("lock", "locked", "close", "true"),
    "unlock": ("unlock", "unlocked", "open", "false"),
}
"""What a registered value or command may be called where the sentence says on, off, open ..."""

OPPOSITE = {"on": "off", "off": "on", "start": "stop", "stop": "start", "open": "close", "close": "open", "lock": "unlock",
            "unlock": "lock"}  # fmt: skip


def words_like(own: set[str], concepts: Concepts) -> set[str]:
    """All words of the concepts that share one with `own` (small letters)."""
    found: set[str] = set()
    for concept in concepts:
        if own & set(concept):
            found |= set(concept)
    return found - own
