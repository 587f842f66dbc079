"""What mail systems say about a failed delivery, in the languages that they are translated into.

Every pattern is for lower-case text on one line with single spaces and straight apostrophes, as `flat` gives it, and
has no open repetition, so a search takes time in proportion to the text.
"""

import re

_TYPOGRAPHIC = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2013", "''\"\"---")


def flat(text: str) -> str:
    """The form that the patterns of this module are written for; as long as the text or shorter."""
    plain = text if text.isascii() else text.translate(_TYPOGRAPHIC)
    return " ".join(plain.lower().split())


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# A subject that a mail system writes: it begins so, after a tag in brackets at most, or ends so.
FAILURE_SUBJECT = re.compile(
    r"(?:\[[^\]]{0,40}\] ?|\*{1,5} ?|(?:notice|warning|error|alert|info): ?)?(?:"
    + "|".join(
        (
            r"(?:undeliver(?:ed|able)|non-?deliver(?:able|ed|y))\b",
            r"(?:permanent |temporary |e-?mail |mail |message |smtp )?delivery (?:has )?(?:failed|failure|error"
            r"|problem|"
            r"incomplete|delayed|impossible|unsuccessful|warning|aborted|expired|stopped)",
            r"(?:mail |e-?mail |message )?delivery (?:status|notification|reports?|system|subsystem)\b",
            r"(?:mail|message|e-?mail) (?:delivery|system|transport|processing|routing) (?:failed|failure|error|problem"
            r"|warning|notice|delay)",
            r"(?:mail|message|e-?mail) (?:could not be|was not|cannot be|not|has not been|can't be|failed|failure|error"
            r"|bounced|undeliver|returned)",
            r"(?:failure|failed|undelivered|returned|rejected|bounced|failing|nondeliverable|undeliverable|delayed"
            r"|automatically rejected) (?:notice|delivery|mail|message|e-?mail)",
            r"(?:your|the|a) (?:mail|message|e-?mail) .{0,160}\b(?:(?:could|can|was|has|were)(?:n't| ?not) (?:be "
            r"|been )?"
            r"(?:delivered|sent)|(?:was|has been) (?:undeliver|returned|rejected|delayed)|undeliverable)",
            r"(?:could not|unable to|cannot|can't|couldn't) (?:deliver|send)\b",
            r"warning(?: ?:|--?) ?(?:message|mail|e-?mail|could not|.{0,100}delay|.{0,100}unknown)",
            r"(?:processing error|mail error|message status - |returned to sender|problem delivering|error delivering"
            r"|bounce message|notification of .{0,20}deliver|non remis)",
            r"(?:message|mail|e-?mail) (?:that )?you sent .{0,60}(?:block|reject|not delivered|could not|undeliver)",
            # German
            r"(?:un|nicht )zustellbar|zustell(?:ung(?:s)?|)(?:fehler|problem| fehlgeschlagen| gescheitert| verzögert)",
            r"(?:ihre |die )?(?:e-?mail|nachricht|mail)[- ]?(?:konnte|wurde|kann) .{0,80}nicht .{0,40}zugestellt",
            r"(?:fehler|benachrichtigung) (?:bei|zu)[rm]? (?:der |dem )?(?:e-?mail-?)?(?:zustell|übermittlung)",
            r"übermittlungs(?:fehler|status)|zustellstatus|(?:e-?mail-?|mail-?)zustellung",
            # French
            r"(?:message |courriel |courrier |e-?mail |mail )?non (?:remis|distribu|délivr|deliv)",
            r"(?:échec|echec|erreur|notification|avis|problème|rapport) (?:d'|de |du |dans |lors )(?:.{0,20})"
            r"(?:remise|livraison|distribution|envoi|non-remise|état|etat)",
            r"impossible de (?:remettre|distribuer|délivrer|livrer)|retour de courrier",
            # Spanish, Portuguese, Catalan
            r"(?:correo |mensaje |e-?mail )?no (?:entreg|se (?:puede|pudo|ha podido) entregar|se entreg|s'ha pogut)",
            r"(?:error|fallo|falla|aviso|notificaci[oó]n|informe|problema)s? (?:de|en|al|del|sobre|no) .{0,30}entreg",
            r"imposible entregar|mensaje devuelto|correo devuelto",
            r"(?:mensagem |e-?mail )?n[aã]o (?:foi |é |pode |pôde |ser |possível )*entreg",
            r"(?:falha|erro|notificação|aviso|problema|relatório) (?:de|na|no|ao|sobre) .{0,30}entreg"
            r"|mensagem devolvida",
            # Italian, Romanian
            r"(?:messaggio |e-?mail |posta )?(?:non |mancat[ao] )(?:recapit|consegn)",
            r"(?:errore|notifica|avviso|rapporto|problema) (?:di|nel|sullo|nella|stato) .{0,30}(?:recapit|consegn)",
            r"impossibile (?:recapitare|consegnare)|(?:recapito|consegna) non riuscit|nelivrat|nu se poate livra",
            # Dutch, Scandinavian, Finnish
            r"onbestelbaar|niet (?:te bezorgen|bezorgd|afgeleverd|besteld)|(?:bezorg|aflever)(?:ings?)?(?:status|fout)",
            r"(?:bezorging|aflevering) .{0,30}mislukt|kan niet worden bezorgd",
            r"(?:kan|kunde|kunne) (?:inte|ikke) (?:levereras|leveres)|olevererbar|(?:inte|ikke) (?:levere"
            r"|kunne levere)",
            r"leverings(?:fejl|feil|status)|leverans(?:fel|status)|ei (?:voi(?:da|tu)? )?toimit|toimitus .{0,20}epäonn",
            # Polish, Czech, Slovak, Hungarian, Slovenian, Croatian, Serbian
            r"niedostarcz|nie (?:można|udało się) dostarczyć|(?:powiadomienie|błąd|zwrot) .{0,20}(?:dostarcz|wiadomo)",
            r"nedoru[cč]|nelze doru[cč]|nie je možné doruči|kézbesíthetetlen|nem kézbesíthet|sikertelen kézbesítés",
            r"ni mogoče dostaviti|nedostavljiv|neisporučiv|nije (?:moguće |ispor)|nemoguće isporučiti",
            # Turkish, Russian, Ukrainian, Bulgarian, Greek
            r"teslim edil(?:emedi|emiyor|emez|emeyen)|iletilemedi|gönderilemedi|teslimat (?:hatası|başarısız)",
            r"(?:не ?доставлен|недоставлен|не уда(?:ется|ётся|лось) доставить|невозможно доставить|ошибка доставки)",
            r"(?:ваше |ваш )?(?:сообщение|письмо|лист)[^.]{0,40}не (?:было |может быть )?доставлен",
            r"не вдал(?:ося|ось)? доставити|недоставлено|неуспешн\w{0,4} достав|ανεπίδοτ|δεν είναι δυνατή η παράδοση",
            # Hebrew, Arabic
            r"לא ניתן ל\w{3,6}|לא נמסר|תעذر|تعذر (?:تسليم|إرسال|التسليم)|لم يتم تسليم|غير قابل للتسليم",
            # Japanese, Chinese, Korean, Vietnamese, Thai
            r"(?:(?:メール|メッセージ)を?が?は?)?(?:配信|配達|送信|送達|お届け|メール)(?:不能|エラー|できません|に失敗|失敗|不可"
            r"|状態)|メールエラー|未配信|不達|エラーメール|戻りメール",
            r"(?:未送达|未送達|无法送达|無法送達|无法传递|無法傳遞|无法投递|未传递|未傳遞|系统退信|系統退信|退信"
            r"|邮件退回|退回)",
            r"(?:邮件|郵件|信件|您的邮件|发信|发送|投递|傳送|傳遞|送达)[^ ]{0,8}(?:失败|失敗|退回|退信|错误|狀態)",
            r"(?:배달|전송|전달|발송|수신)(?:되지| ?실패|할 수 없|하지 못| 상태)|(?:메일 |메시지 )?(?:반송|발송 ?실패"
            r"|전송 ?실패)",
            r"không (?:thể gửi|gửi được|phân phối)|chưa gửi được|ไม่สามารถ(?:ส่ง|จัดส่ง)|ส่งไม่สำเร็จ",
        )
    )
    + r")|.{0,400}(?:non remis|\bdelivery failed|\bundeliverable|\bdelivery failure|\bnot delivered)\W{0,3}$"
)

# The sentence by which a notice says what it is about.
FAILURE = _any(
    r"\b(?:could|can|was|were|is|are|has|have|did|does|do|will|be|been)(?:n't| ?not) (?:be |been |yet |able to |get )*"
    r"(?:deliver|reach|sent\b|send\b|accept|receive|process|relay|forward|returned)",
    r"\b(?:not|un|wasn't|weren't|isn't) ?able to (?:\w+ ){0,3}(?:deliver|send|relay|accept|process|reach|complete)",
    r"\bundeliver(?:ed|able)|\bnon-?deliver|\bnot delivered|\bno valid recipients",
    r"\bdel[ie]very (?:to |of |has |for |attempt|the |this |your |below |\S{1,80}@\S{1,80} ){0,8}(?:\w+ ){0,6}"
    r"(?:failed|failure|delayed|error|problem|incomplete|aborted|unsuccessful|postponed|failing)",
    r"\b(?:problem|error|failure|failed|trouble|difficult|fatal)\w{0,4} (?:\w+ ){0,4}(?:deliver|send|process|transmit)",
    r"\b(?:permanent|fatal|transient|temporary|delivery) (?:\w+ )?(?:error|failure|problem)",
    r"\bfailed (?:recipient|addresses|delivery|permanently|to deliver)|\bdelivery status notification",
    r"\b(?:recipients?|address(?:es)?)(?:\(e?s\))? (?:\w+ ){0,2}(?:failed|had|rejected|could|did not|unknown|invalid)",
    r"\b(?:did|has|have) not rec(?:ei|ie)ved? (?:this|your|the|a copy)|\bdid (?:n't|not) receive a copy",
    r"\b(?:was|been|is) (?:automatically |permanently )?(?:rejected|bounced|returned|refused|undelivered|blocked) ",
    r"\bis (?:delayed|not valid)|\bhas been (?:delayed|failed|postponed|rejected|returned|aborted)",
    r"\b(?:invalid|unknown|no such|nonexistent) (?:\w+ ){0,3}(?:user|recipient|address|mailbox|userid|account)",
    r"\bthere is no user by that name|\bexceeds? (?:the )?(?:allowed|maximum) (?:\w+ )?(?:size|quota)"
    r"|\bmailbox (?:is )?full",
    r"\bdid not (?:exactly )?match|\bmailbox exceeds|\bwe're writing to let you know that the group"
    r"|\bintended recipient:",
    # German
    r"nicht (?:\w+ ){0,4}(?:zugestellt|zustellen|übermittelt|ausgeliefert|weitergeleitet|erreich|gesendet|versendet)",
    r"(?:un|nicht )zustellbar|fehler bei(?:m| der) (?:\w+ )?(?:zustell|übermitt|versand|send)|zustellung .{0,60}fehlge",
    r"nicht vorhanden ist|zustellversuch|konnte(?:n)? (?:\w+ ){0,6}nicht ",
    # French
    r"(?:pas|n'a|n'ont) (?:pu |été |ete |être |etre )+(?:remis|délivr|delivr|distribu|transmi|livr|achemin|envoy)",
    r"impossible (?:de |d')(?:remettre|délivrer|livrer|distribuer|acheminer|envoyer)|non remis|échec de (?:la |l')",
    # Spanish, Portuguese, Italian, Romanian
    r"no (?:se )?(?:ha |han |pudo |puede |podido |fue |pudieron |sido )+(?:ser |entreg|envia)|no entregad",
    r"(?:error|fallo|falla) (?:\w+ ){0,4}entreg|imposible (?:entregar|enviar)|problema(?:s)? (?:\w+ ){0,3}entreg",
    r"n[aã]o (?:pôde|pode|pude|foi|foram|puderam|é possível|foi possível|conseguimos) (?:\w+ ){0,2}(?:entreg|envia)",
    r"falha (?:na|ao|no) (?:entreg|envi)|não entregue",
    r"(?:non|impossibile) (?:è |e' |può |può essere |stato |stata |possibile |essere |si )*(?:recapit|consegn|inviare"
    r"|inviat)",
    r"(?:mancat[ao]|errore) (?:\w+ ){0,3}(?:recapit|consegn)|nu a putut fi (?:livrat|trimis)|nu s-a putut",
    # Dutch, Swedish, Danish, Norwegian, Finnish
    r"niet (?:\w+ ){0,4}(?:bezorgd|afgeleverd|besteld|verzonden|bezorgen|afleveren)|bezorging .{0,60}mislukt"
    r"|onbestelbaar",
    r"(?:inte|ikke) (?:\w+ ){0,3}(?:lever|skick|send|nå)|leverings?(?:en)? .{0,40}mis|leveransen .{0,40}misslyck",
    r"(?:ei voi|ei voitu|ei pystytty|ei onnistu)\w{0,4} (?:\w+ ){0,3}toimit|toimit\w{0,10} epäonnistui",
    # Polish, Czech, Slovak, Hungarian, Slovenian, Croatian
    r"nie (?:\w+ ){0,4}(?:dostarcz|wysłan|doręcz)|niedostarcz|(?:nelze|nebyl\w?|nemohl\w?"
    r"|nepodařilo se) (?:\w+ ){0,4}doru[cč]",
    r"nedoru[cč]|nie je možné doru|nem (?:\w+ ){0,5}kézbesít|kézbesíthetetlen|sikertelen|ni bilo (?:mogoče"
    r"|mogoce) dostav",
    r"nije (?:\w+ ){0,4}(?:ispor|dostav)",
    # Turkish, Russian, Ukrainian, Greek
    r"(?:teslim edil|iletil|gönderil)(?:emedi|emiyor|emez|ememiştir|ememektedir)",
    r"не (?:\w+ ){0,4}(?:доставлен|доставить|доставлено|отправлен|отправить|передан)|недоставлен|(?:ошибка"
    r"|отказ) (?:при )?достав",
    r"не (?:\w+ ){0,4}(?:доставити|доставлено)|δεν (?:\w+ ){0,6}παρ[αά]δ",
    # Hebrew, Arabic
    r"לא (?:ניתן |היה ניתן )(?:\w+ )?(?:למס|לשל)|לא נמסר|המסירה .{0,60}נכשל|تعذر|لم يتم (?:تسليم|إرسال)|فشل (?:تسليم"
    r"|التسليم|إرسال)",
    # Japanese, Chinese, Korean, Vietnamese, Thai
    r"(?:送信|配信|配達|送達|お届け|届け|受信|転送)(?:する|が|は|を|に|も|することが)?(?:でき(?:ません|なか|ない)|失敗"
    r"|不能|エラー|されません)",
    r"(?:送信|配信|配達).{0,12}(?:失敗|エラー|できませんでした)|エラーのため|届きませんでした|見つかりませんでした",
    r"(?:无法|無法|未能|不能|没有|沒有)(?:.{0,12})(?:送达|送達|投递|投遞|发送|傳送|传送|寄送|传递|傳遞|到达|寄达|接收)",
    r"退信|(?:发送|投递|传送|傳送|投遞|传递|傳遞|发信)[^ ]{0,6}(?:失败|失敗)|被(?:退回|拒绝|拒收|拒絕)",
    r"(?:전송|전달|배달|발송|보낼|보내)[^ ]{0,4} ?(?:수 없|되지 (?:않|못)|하지 못|실패|못했)|반송",
    r"không thể (?:gửi|chuyển|phân phối)|chưa được (?:gửi|chuyển)|ไม่สามารถ(?:ส่ง|จัดส่ง|นำส่ง)",
)

# What is only late: the mail system goes on trying.
DELAYED = _any(
    r"\bwill (?:be|keep|continue|still) (?:being |to be |to |on )?(?:re-?tr(?:y|ied)|trying|attempt|deliver|try)",
    r"\b(?:attempts?|we|server|system|mailer) (?:\w+ ){0,3}will (?:continue|keep|be made)|\bdelivery attempts will",
    r"\bwill (?:try|attempt) (?:again|(?:to )?(?:re)?deliver|to send)|\bwill be retried"
    r"|\bstill (?:be(?:ing)? )?(?:trying|tried|retr)",
    r"\bnot (?:yet )?been delivered (?:yet|to (?:all|one or more) (?:of )?its recipients after)"
    r"|\bnot yet been delivered",
    r"\bhas been (?:delayed|postponed|deferred)|\b(?:is|are) (?:being |currently )?(?:delayed|deferred)"
    r"|\bdelayed (?:mail|message|by)",
    r"\bwarning message only|\bdo not need to (?:resend|re-send|send)|\bno action is required|\bno need to resend",
    r"\(delay(?:ed)?\)|^delayed|\bdelivery (?:status notification |report )?\(?delay|\bmessage .{0,60}delayed"
    r"|\bcould not send mail for past",
    r"weiterhin versuch|erneut versuch|verzöger|weitere (?:zustell)?versuche|zustellversuche werden"
    r"|sind keine aktionen",
    r"retard|nouvelle(?:s)? tentative|continuer(?:a|ont)? (?:à|d')|retrasad|seguir(?:á|emos) intentando"
    r"|se (?:re)?intentará",
    r"atrasad|continuar(?:á|emos) (?:a )?tent|ritard|continuerà|vertrag|blijven proberen|opnieuw (?:geprobeerd"
    r"|proberen)",
    r"försena|forsinke|viivästy|opóźni|zpožd|késik|késlelt|gecik|задерж|отложен|будут продолж|затрим|καθυστ",
    r"遅延|遅れて|再送(?:信)?を(?:試|続)|延迟|延遲|继续尝试|繼續嘗試|稍后重试|지연",
)
# What was late and is now given up: this outranks the words above.
GIVEN_UP = _any(
    r"\b(?:giving|given|gave) up|\bwill not be (?:re-?tried|attempted)|\bno (?:further|more) (?:delivery )?(?:attempts"
    r"|retries)",
    r"\bnot going to try again|\bpermanent(?:ly)? (?:fatal |delivery )?(?:error|fail)|\bcannot be delivered\b"
    r"|\bwas not delivered\b",
    r"\bhas been (?:removed|returned)|\bfinal(?:ly)? (?:failed|failure)|\bendgültig|\bdéfinitive|\bpermanente\b",
)
