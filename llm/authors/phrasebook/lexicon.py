"""Words of grammar that belong to no node: what joins clauses, negation, once, on and off."""

import re

# (tag, pattern): met in small letters; tags are what the clauses ask for.
JAPANESE: tuple[tuple[str, str], ...] = (
    ("if", r"(?:(?<=[しっいえけせてねべめれちりきぎみびにじ出来見得居])たら(?:ば)?|だら|なら(?:ば)?(?![なびんべし])|(?<=[れえけせてねべめげ])ば(?!か|十分|充分|よい|いい|良い|足り|結構)|場合(?:に|は|には|、)?"
           r"|(?:とき(?!どき)|(?<!時の)(?<![正毎定随常\d一二三四五六七八九十零])時)(?:に|は|には|点で)?(?![間刻給々])|際(?:に|は|には)?|次第|(?<=ない)と(?![いお思言判見みのこ])|(?<=[たるい])(?:日|時間帯|ケース|もの)(?:は|に(?:は)?(?=、))|(?<=[るたい])(?:間|あいだ)(?:は|、|中|に(?=[^、。]{2,24}?(?:たら|れば|とき|場合|なら)))|(?<=[るたい])と(?=[、,]))"),
    ("if", r"(?<=復帰|回復|復旧|正常|異常|低下|上昇|検知|解消|開放|到達|解除|停止|継続|満水|以上|以下|未満)(?:で(?![すし走動飛流]|運転|稼働|推移|続|経過|\s?[\d一二三四五六七八九十]+\s?(?:秒|分|時間))|時(?:に|は)?|後(?:に|は)?)"),
    ("if", r"(?:(?<=まま)|(?<=ぱなし)|(?<=っ放し)|(?<=状態)|(?<=中))の(?:間|あいだ)(?:は|、|中|ずっと)|(?<=[満上下超])(?:の間|のあいだ)(?:は|、|ずっと)?|(?<=[たる])ら?(?:度に|たびに|たび(?=[、,]))|(?<=[上下過満超続落化き])で(?=[、,]|[^すしき])(?!走|動|運転|稼働|回っ|推移|続|い[るた]|経過|過ご|飛|流れ)(?!\s?[\d一二三四五六七八九十]+\s?(?:秒|分|時間))"),
    ("if", r"(?<=[\d%℃度])で、?(?=[一-龠ァ-ヶーA-Za-z]{1,12}(?:の[一-龠ァ-ヶーA-Za-z]{1,12})?[がは]-?\d)"),
    ("that_case", r"(?:その|この|こういう|そういう|そんな)(?:場合|とき|時|際)(?:だけ|のみ|に限り|に限って)?(?:は|に)?|(?:その|この|そんな|こんな|そういう|こういう)状態(?=が|の|で)|そうなったら|そうなれば|そのとき(?:は|に)?|その際(?:は|に)?"),
    ("that_number", r"(?:それ|これ|そこ)(?=より|以上|以下|未満|を(?:超え|上回|下回|切|割))"),
    ("arrow", r"->|=>|[→⇒➡]"),
    ("once", r"(?:1|一)(?:度|回)(?:だけ|のみ|限り|きり|でも)|(?:1|一)(?:度|回)(?=.{0,6}(?:通知|知らせ|連絡|送|伝え|教え))|初回(?:だけ|のみ)"),
    ("and", r"かつ|且つ|なおかつ|しかも"),
    ("although", r"(?<=[るたいなだ])のに(?!は|必|使|も)|にもかかわらず|にも関わらず"),
    ("or", r"または|又は|もしくは|若しくは|あるいは|(?:(?<=[るたい超])|(?<=以[上下])|(?<=未満))か(?=[、,]|[\d一-龠ァ-ヶA-Za-z])"),
    ("then", r"そして|さらに|更に|同時に|それから|また(?=[、,])|加えて|併せて|あわせて|その後|ついでに"),
    ("else", r"そうでなければ|そうでない場合は?|(?:それ|これ|上記)以外(?:なら|の場合|のとき|の時間帯?|の時)?(?:に)?は?|時間外(?=なら|は|であれば)(?:なら|は|であれば)|さもなければ|でなければ"),
    ("not", r"(?<!少)(?<!進ま)(?<!移ら)(?<!抜け)(?<!終わら)ない(?!で)|なくな[っるれり]?|ません|な(?=ければ|かった|くな)|ず(?=[、に])"),
    ("not", r"(?:(?<=てい)|(?<=動か)|(?<=回ら))な(?=い)"),
    ("any", r"どれか|いずれか|どの|(?:1|一)(?:つ|台|基|か所|箇所)でも|どこか|いずれの"),
    ("each", r"それぞれ|各々|各|毎に|(?<=台)ごとに|別に"),
    ("whole", r"全体|全部の|すべての|全ての|全て|全"),
    ("again", r"再び|再度|もう(?:1|一)度|もとに|元に"),
    ("start", r"動き(?:出|だ|始|はじ)|回り(?:出|だ|始)|走り(?:出|だ|始)|動い(?=て(?:い)?(?:な|る|た|ま)|た)|稼働し(?=て)|(?:(?<![上下])回っ|動作し)(?=て(?:い)?(?:な|ま|る|れ))|運転中"),
    ("on", r"(?<!に)つい(?=てい|てる|たら|た[ま、])|点け|つけ|かけ(?=た|て|っ)|点灯|点(?=[きくい])|オン|入れ|投入|作動|稼働さ|稼動さ|動作さ|鳴ら|響か|回し|回す|回せ|回転さ|動か|起動|有効|通電|ON"),
    ("start", r"運転(?:を)?(?:開始|始め|始ま|し|さ)|始動|スタート|開始|再開|立ち上げ"),
    ("off", r"(?<!解)(?<!取り)消し|消す|消せ|消え(?!な)|消灯|オフ|切っ|切る|切り|切れ|無効|遮断|OFF"),
    ("stop", r"止め|止ま|停止|停ま|停め|ストップ|中止|中断"),
    ("open", r"開け閉め|開けたり閉めたり|開閉(?!状|を|し)|開け|開い|開く|開放|開き|開ける|全開|開(?=[にとへ、。のっ]|状|\s*$)|オープン"),
    ("close", r"閉め|閉じ|閉ま|閉鎖|閉止|全閉|閉(?=[にとへ、。のっ]|状|\s*$)|クローズ"),
    ("lock", r"施錠|ロック"), ("unlock", r"解錠|アンロック|ロック(?:を)?解除|解除"),
    ("yes", r"検知|検出|感知|反応し|発生|作動し|鳴っ|押さ(?:れ)?|押し|あっ|起き|入っ|来"),
    ("range", r"から|~|-|と(?=\s?-?[\d一二三四五六七八九十マ氷零])|以上(?=\s?-?[\d一二三四五六七八九十])"),
    ("per_hour", r"夜間|日中"),
    ("some_limit", r"上限|下限|限界|しきい値|閾値|基準値?(?![表書票類])|規定値?|設定値|管理値|許容値|許容範囲"),
    ("no", r"(?<=が)(?:外れ|はずれ)|空き|空い(?=て|た)|空室|空(?=で|だ|に(?:な|戻)|なら|の(?:まま|状態|と))|使われて?い?な[いかく]|使って?い?な[いかく]|不在|無人|離床|離れ|離席|起き上が|未使用|未接続|(?:誰|だれ)[がもは]?(?:い|居)な(?:い|かっ|けれ)"),
    ("nothing", r"何もしない|なにもしない|何もしなく|(?:通知|連絡|知らせるの|送るの|お知らせ)?を?(?:やめて|やめる|やめます)(?:ください|よい|いい)?|(?:(?<=通知を)|(?<=連絡を)|(?<=知らせを)|(?<=警報を)|(?<=催促を)|(?<=通知は)|(?<=繰り返しを))(?:止めて|止める)(?:ください|よい|いい)?|いりません|不要です|捨て(?:て|る|ます|、)|破棄|無視(?:して|する|でよい|し)"
           r"|は不要(?=。|$)|(?:は|も)要らな(?:い|く)|は休み|黙ってて?い(?:い|て)|(?:見|気に|構わ|(?:知らせ|連絡し|通知し|送ら|対応し|監視し)?)なくて(?:も)?(?:いい|よい|良い|よろし|結構|構わ|大丈夫|ok)|放置(?:で|して)?(?:いい|よい|ok)?|対象外|(?:通知|連絡|監視|対応|知らせ)?(?:は|の)?必要(?:は|が)?(?:ない|ありません|なし)|関係(?:は)?(?:ない|ありません)|(?:終わり|終了|おしまい|解除)で(?:いい|よい|良い|ok|構)|(?:終わり|終了|おしまい)に(?:して|する|します)"),
    ("even", r"(?<=[てで])(?<![ァ-ヶーか一-龠]で)(?<![分秒間]して)(?<!それで)(?<![時分]になって)(?<!たって)(?<!経って)(?<!過ぎて)(?<!経過して)も(?![うしっのとらい])|(?:に)?(?:かかわらず|関わらず|関係なく)"),
    ("until", r"(?<=[るうくすつむぶぐぬ])まで(?:は|、)?(?=[^で])"),
    ("now", r"すぐ(?:に|さま)?|直ちに|ただちに|即座に|即時に?|至急|速やかに|瞬時に|即(?=[停通連])"),
    ("fully", r"全部|完全に|いっぱいに|目一杯"),
    ("model", r"(?:生成)?AI|ai(?![a-z])|人工知能"),
    ("wish", r"てほしい|て欲しい|てください|て下さい|お願い|たい|頂き|いただき|くれ"),
)  # fmt: skip

ENGLISH: tuple[tuple[str, str], ...] = (
    ("if", r"\b(?:when(?:ever)?|if|as soon as|in case|in the event(?: that)?|(?:any|every|each) ?time|the moment|while|as long as|on(?=ce\b)|provided)\b"),
    ("if", r"(?:^|(?<=[.;:,!] )|(?<=\n))should\b(?! (?:be|get|have|know|hear|receive|also|not be)\b)"),
    ("if", r"\bonce\b(?! (?:all|that|this|the (?:whole|entire)) (?:day|night|week|shift)\b)(?= (?:the|it|its|it's|they|a|an|any|all|that|this|temp|level|we|you|[\w']+(?: [\w']+){0,4} (?:is|are|was|comes|has|have|goes|drops|falls|rises|exceeds|reaches|gets|stays)|(?!when\b|if\b|as\b|and\b|or\b|at\b|more\b|again\b|only\b|for\b|every\b|after\b)[^,.;:]{2,70}?\b(?:exceeds?|reach(?:es)?|pass(?:es)?|drops?|falls?|rises?|tops?|climbs?))\b)(?! (?:a|an|per|every) (?:day|hour|minute|week|month)\b)"),
    ("if", r"\bafter\b(?= (?:the|it|they|a|an|any|being|having|\w+ (?:is|are|has|have|stays))\b)(?! (?:a|an) (?:minute|hour|second|day))|\bwhich (?:is|has|stays|exceeds)\b|\bwhich\b(?= (?:[\w-]+ ){1,3}(?:has|have|is|are|was|were|did)(?:n't| not)\b)"),
    ("if", r"\bafter\b(?= (?:at least )?(?:\w+|\d+) (?:consecutive|successive|straight|(?:\w+ )?(?:readings|measurements|values|times)\b))"),
    ("if", r"\bas\b(?= (?:each|any|every|an?|the) [\w' -]{2,30}? (?:passes|exceeds|reaches|goes|drops|falls|rises|opens|closes|starts|stops|enters|leaves|crosses|hits|gets|becomes|turns)\b)|\bthe (?:minute|second|instant)\b(?= (?:that |the |it |its |they |any |all |both |an? |either |one ))"),
    ("if", r"(?:(?<=forward )|(?<=send )|(?<=on )|(?<=report )|(?<=and ))(?:those|any|the ones|all)\b(?= (?:(?:of them|notes|messages|reports|comments|ones) )?(?:that|which|who|about)\b)"),
    ("if", r"\b(?:whichever|whoever)\b(?: one)?(?: of them)?(?= (?:is|are|goes|gets|has|have|exceeds|reaches|stays|drops|falls|rises|opens|stops|starts)\b)"),
    ("if", r"\b(?:suppose|supposing)(?: that)?\b"),
    ("then", r"(?<= )do(?:es)? (?:i|we|he|she|they) want\b"),
    ("if", r"(?<=about )(?:any|every|each|all|the)\b(?= (?:[\w-]+ ){1,3}?(?:that|which|who|whose)\b)"),
    ("if", r"\b(?:anything|everything|whatever)\b(?= (?:that|which|else that)\b)"),
    ("that_case", r"\b(?:while|(?:for )?as long as) (?:it|that|this|they) (?:stays?|remains?|is|are|lasts?|continues?|persists?|keeps?)(?: (?:so|that|this|like (?:that|this)|the case|still|going)(?: (?:low|high|hot|cold|way|bad|open|closed))?)?(?=[,.;]|$| and\b)"),
    ("that_case", r"\b(?:if|when|once) (?:it|that|this|they) (?:does|do|happens?|occurs?)\b|\bif so\b|\bin that case\b|\bin which case\b"),
    ("then", r"(?<=[a-z0-9%°c] )should\b(?= (?:the|this|that|its?|both|all|every) [a-z0-9 ]{0,30}?\bbe )"),
    ("then", r"->|=>|[→⇒➡]"),
    ("even", r"\beven (?:if|when|after|once)\b|\bno matter (?:if|whether|what|how)\b|\bregardless of\b"),
    ("until", r"\buntil\b|\btill\b"), ("unless", r"\bunless\b|\b(?:but )?(?:not|except) (?:while|when|if)\b(?! (?:the|it|they) (?:is|are) not)|\bwithout\b(?= (?:ever )?[a-z]+ing\b)"),
    ("once", r"\b(?:only |just |exactly )?once\b|\b(?:one|1|a single) time(?: only)?\b|\bone-time\b|\ba single\b|\bjust one\b|\bonly one\b"),
    ("and", r"\band\b|\bas well as\b|\bplus\b|&"),
    ("although", r"\bwhose\b|\balthough\b|\beven though\b|\bwith (?:its|their|the)\b(?=(?: [\w-]+){1,3} (?:open|closed|shut|on|off|running|stopped|locked|unlocked)\b)"),
    ("or", r"\bor(?: else)?\b"),
    ("then", r"\bthen\b|\balso\b|\bafterwards?\b|\bbut\b|\badditionally\b|\bin addition\b"),
    ("else", r"\botherwise\b|\belse\b|\b(?:at |during |for )?(?:all |any )?other times\b|\b(?:for )?the rest of the (?:time|day)\b"),
    ("not", r"\bnot\b|\bneither\b|\bnone\b(?= of| are| is)|n't\b|\bnever\b|\bno longer\b|\bnobody\b|\bno one\b"),
    ("any", r"\bany(?: of the| one of the)\b|\bone of the\b|\beither\b"),
    ("each", r"\beach\b|\bindividual(?:ly)?\b|\bevery\b"),
    ("whole", r"\ball(?: of)?(?: the)?\b|\boverall\b"),
    ("again", r"\b(?:once )?again\b|\bonce more\b|\bone more time\b|\bback\b"),
    ("on", r"\b(?:turn(?:s|ed)?|switch(?:es|ed)?|power(?:s|ed)?|set|put) on\b|\bon\b(?=\s*(?:[.,;!?]|$|and\b|when|if\b|for \w+ (?:min|sec|hour)|again|until|straight|right|immediately|at\b|back|as\b|once|then|in\b|below|above|under|over|while|whenever|unless|during|for as|\ue000))|\bactivat(?:e|es|ed|ing)\b|\benabl(?:e|es|ed)\b|\blight(?:s)? up\b|\benergi[sz]e\b|\bsound(?: the)\b|\bring(?: the)?\b"),
    ("start", r"\b(?:re)?start(?:s|ed|ing)?\b|\bresum(?:e|es|ed|ing)\b|\brun(?:s|ning)?\b|\bbegin\b|\bspin up\b|\blaunch\b"),
    ("off", r"\b(?:turn(?:s|ed)?|switch(?:es|ed)?|power(?:s|ed)?|set|put) off\b|\boff\b|\bdeactivat(?:e|es|ed)\b|\bdisabl(?:e|es|ed)\b|\bsilence\b"),
    ("stop", r"\bstop(?:s|ped|ping)?(?: running| working| operating)?\b|\bhalt(?:s|ed)?\b|\bshut(?:s)?(?: it)? down\b|\bshut down\b|\bkill\b|\b(?:cuts?|conks?|trips?) out\b"),
    ("open", r"\b(?:fully )?open(?:s|ed|ing)?\b(?: (?:fully|completely|all the way)\b)?"), ("close", r"\b(?:fully )?clos(?:e|es|ed|ing)\b(?! times?\b| hours?\b)(?: (?:fully|completely|all the way)\b)?|\bshut(?: off)?\b"),
    ("lock", r"\block(?:s|ed)?\b"), ("unlock", r"\bunlock(?:s|ed)?\b"),
    ("yes", r"\b(?:hits?|push(?:es|ed)?|taps?|tapped|clicks?|clicked)\b(?= (?:the|that|a|his|her|its)\b)|\bdetect(?:s|ed)?\b|\bpress(?:ed|es|ing)?\b|\btrigger(?:s|ed)?\b|\btrips?\b|\btrue\b|\bactive\b|\bpresent\b|\breports?\b|\bgoes off\b"),
    ("no", r"\bout of\b(?= (?:the |his |her |their |its )?bed\b)|\b(?:is|are|was|has been|gets?) left\b(?! (?:open|on|running|unlocked|ajar|lying|standing))|\bleaves? (?:the |his |her |their |its )?(?:bed|room|seat|desk)\b|\b(?:g[oe]ts?|got|climb(?:s|ed)?) (?:out of|up from|off)\b|\bempty\b|\bvacant\b|\bunoccupied\b|\bunused\b|\bdisconnected\b|\bfalse\b|\babsent\b|\binactive\b"),
    ("some_limit", r"(?<!minimum and )(?<!maximum and )(?<!lowest and )(?<!highest and )\b(?:the|its|their|a) (?:upper |lower |maximum |minimum |normal |allowed )?(?:limit|threshold|maximum|minimum|set ?point)\b(?!(?:,| and| or|/| &) (?:the )?(?:max|min|mean|average|highest|lowest))|\ballowed\b"),
    ("nothing", r"\b(?:nobody|no one) (?:should|needs to|must|has to|is to|need) (?:be (?:told|bothered|alerted|notified|informed|disturbed|woken)|hear|know)\b|\bdo(?:es)? nothing\b|\b(?:can be |are |be )?(?:thrown away|discarded|ignored|not needed)\b|\b(?:ignore|discard|throw away|forget)\b|\b(?:then )?stop(?:s)? (?:then|telling|notifying|reminding|alerting|repeating|sending)\b"),
    ("now", r"\bimmediately\b|\bright away\b|\bat once\b|\bas soon as\b|\bstraight away\b|\binstantly\b|\bthe moment\b|\bwithout delay\b"),
    ("fully", r"\b(?:fully|completely|entirely|all the way|wide)\b"),
    ("model", r"\b(?:an? |the )?(?:ai|(?:language |vision |text |picture |image )?model)\b"),
    ("range", r"\bto\b|\band\b|-|~|\bthrough\b"),
)  # fmt: skip

POLARITIES = ("on", "off", "start", "stop", "open", "close", "lock", "unlock")

COMPILED = {
    "ja": [(tag, re.compile(pattern)) for tag, pattern in JAPANESE],
    "en": [(tag, re.compile(pattern)) for tag, pattern in ENGLISH],
}

PARTICLES = re.compile(
    r"[ぁ-んー、,。.・!?\s:;()~\-/#]|状態|値|以内|さん|様|方|全|各|度|回|中|時|間|台|点|今|現在|場合|直|必|例|合|来|下|上|内|約|等|"
    r"[\ue000-\uf8ff]"
)
"""What may stand between understood Japanese words without meaning anything by itself."""
