"""Why mail is not delivered, in the words of mail systems; each reason with its subject and detail of RFC 3463.

The patterns are for text as `phrases.flat` gives it.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# From the most telling to the least: the first that is found counts. Each gives subject and detail of RFC 3463.
SPECIFIC = (
    ("2.2", _any(
        r"over ?quota|quota (?:has been |was |is )?(?:exceed|violat|full|limit|reached)|(?:exceed|over"
        r"|out of)\w* (?:\w+ ){0,3}"
        r"(?:disk )?quota|(?:mail ?box|mail ?folder|inbox|account|mailbox of the recipient|mail ?drop|disk|storage) "
        r"(?:\S+ ){0,3}(?:full|exceed|over\b|out of space)|full (?:mailbox|mailfolder|inbox)|mailbox full|"
        r"exceeds allowed (?:\w+ )?size|(?:space|storage|box space) (?:is )?not enough|(?:not enough|insufficient|no) "
        r"(?:disk |storage |mailbox )?(?:space|storage)|too much mail stored|receiving mail too|has exceeded (?:its"
        r"|his|their)",
        r"(?:postfach|mailbox|speicher\w*|kontingent) (?:\w+ ){0,4}(?:voll|überschritten|erschöpft)"
        r"|quota überschritten",
        r"bo[iî]te .{0,40}(?:pleine|saturée)|quota .{0,20}(?:dépassé|atteint)|buz[oó]n .{0,30}(?:llen|cuota)"
        r"|cuota .{0,20}exced",
        r"caixa .{0,30}(?:chei|lotad)|cota .{0,20}exced|casella .{0,30}(?:piena|satura|quota)|postvak .{0,20}vol|"
        r"skrzynk\w .{0,30}(?:pełn|przepełn)|schránk\w .{0,30}pln|postafiók .{0,30}(?:megtelt|tele)"
        r"|posta kutusu .{0,20}dolu",
        r"ящик .{0,30}(?:переполн|заполн)|переполнен|скриньк\w .{0,20}переповн|(?:メールボックス|容量).{0,15}(?:一杯"
        r"|いっぱい|満|超)",
        r"(?:邮箱|郵箱|信箱|容量|空间).{0,10}(?:已满|已滿|满|滿|不足|超)|(?:편지함|메일함|용량).{0,12}(?:가득|초과|꽉"
        r"|부족)",
    )),
    ("3.4", _any(
        r"message (?:size |is |length |content )?(?:\w+ )?(?:exceed|too (?:big|large|long))|(?:size"
        r"|length) (?:\w+ ){0,3}exceed|"
        r"exceeds? (?:\w+ ){0,3}(?:message )?size|too (?:big|large) (?:a )?(?:message|for)|maximum message size"
        r"|mail too large",
        r"nachricht .{0,30}zu gro(?:ß|ss)|trop (?:volumineu|gros|grand)|demasiado grande|muito grande|troppo grande"
        r"|te groot|"
        r"слишком (?:велик|больш)|(?:邮件|郵件).{0,6}(?:过大|太大|過大)|サイズ.{0,10}(?:超|大き)|너무 (?:큽|크)",
    )),
    ("1.6", _any(
        r"\b(?:has|user has|mailbox has) moved|no longer (?:on server|at this|works|with|valid|active|in use|employed)|"
        r"address (?:has )?changed|no forwarding",
    )),
    ("1.1", _any(
        r"(?:user|recipient|account|mailbox|address|addressee|userid|username|person|name|alias|member|subscriber"
        r"|local part)"
        r"(?:s|\(s\)|\(es\))? (?:is |are |was |name |address |\S{1,80}@\S{1,80} )*(?:currently )?(?:unknown"
        r"|not (?:a )?(?:known|found|"
        r"listed|valid|recogni[sz]ed|exist|registered|local|defined)|invalid|does(?:n't| ?not) exist|nonexist"
        r"|non-exist)",
        r"(?:unknown|no such|invalid|nonexistent|non-existent|bad|illegal|incorrect|no valid|unrecognized|unavailable"
        r"|unidentified) "
        r"(?:or illegal |final delivery |local |email |e-mail |mail |destination |or invalid |virtual |smtp "
        r"|or unavailable )*"
        r"(?:user|recipient|account|mailbox|address|addressee|userid|alias|person|name\b|local|rcpt|member|part)",
        r"no mailbox(?:es)? (?:here|by)|does(?:n't| ?not) (?:have|exist|like recipient$)(?: an? \S{1,80} account)?|"
        r"(?:couldn't|could not|cannot|can't) (?:be found|find (?:the |your |a )?(?:user|recipient|address|mailbox))|"
        r"not (?:listed|found) in (?:\S+ ){0,4}(?:directory|address ?book|table|system|database)|no user by that name"
        r"|not our customer|"
        r"(?:wasn't|was not|isn't|not) found (?:at|in|on) |address not found|user not known|no matches to nameserver|"
        r"did not (?:exactly )?match|mailbox unavailable|is unavailable|not a valid user|no account|unrouteable local|"
        r"address (?:is )?(?:wrong|no longer)|may not exist|does not have a final|resolver\.adr"
        r"|account that you tried to reach",
        r"(?:benutzer|empfänger|adresse|mailbox|postfach|account)\w{0,4} (?:\w+ ){0,4}(?:unbekannt|existiert nicht"
        r"|nicht gefunden|ungültig)"
        r"|unbekannter? (?:benutzer|empfänger|nutzer)|existiert nicht|nicht vorhanden|ungültige (?:\w+ )?adresse",
        r"(?:utilisateur|destinataire|adresse|compte) (?:\w+ ){0,4}(?:inconnu|inexistant|introuvable|invalide|n'existe"
        r"|n'est pas)|n'existe pas|"
        r"(?:usuario|destinatario|direcci[oó]n|cuenta|buz[oó]n) (?:\S+ ){0,4}(?:desconocid|inexistent|no existe"
        r"|no encontr|no válid|incorrect)",
        r"(?:usuário|destinatário|endereço|conta|caixa) (?:\S+ ){0,4}(?:desconhecid|inexistent|não existe|inválid"
        r"|não encontrad)|"
        r"(?:utente|destinatario|indirizzo|casella|account) (?:\S+ ){0,4}(?:sconosciut|inesistent|non esist|non valid"
        r"|non trovat|errat)",
        r"(?:gebruiker|ontvanger|adres) (?:\w+ ){0,3}(?:onbekend|bestaat niet|niet gevonden)|bestaat niet|finns inte"
        r"|okänd (?:mottagare|användare)"
        r"|ukendt (?:bruger|modtager)|ukjent (?:bruker|mottaker)|findes ikke|finnes ikke|tuntematon|ei löydy",
        r"nie istnieje|nieznan\w (?:użytkownik|adresat|odbiorc)|neexist|neznám\w (?:uživatel|příjemce|adresát)"
        r"|nem létez|ismeretlen (?:címzett|felhaszn)|"
        r"bulunamadı|bilinmeyen (?:alıcı|kullanıcı)|не существует|не найден|неизвестн\w+ (?:пользов|получат|адрес)"
        r"|не знайдено|не існує",
        r"存在しな|見つかり(?:ません|ませんでした)|宛先不明|アドレスが.{0,10}(?:不明|間違|誤)|不存在|未找到|找不到"
        r"|无此用户|查無此|"
        r"존재하지|없는 (?:사용자|계정|주소|메일)|찾을 수 없|알 수 없는",
    )),
    ("2.1", _any(
        r"(?:account|mailbox|user|address|recipient)(?:'s)? (?:\S+ ){0,4}(?:disabled|deactivated|discontinued"
        r"|suspended|inactive|closed|locked|"
        r"not active|expired|terminated|cancell?ed)|(?:disabled|inactive|deactivated|suspended) (?:user|account"
        r"|mailbox|recipient)|"
        r"deaktiviert|gesperrt|désactivé|suspendu|desactivad|desativad|inativ|disattivat|disabilitat|geblokkeerd|停用"
        r"|冻结|禁用|заблокирован",
    )),
    ("1.2", _any(
        r"(?:host|domain|server|site|destination)(?: name)?(?: \S{1,80})? (?:is |was |name )?(?:unknown"
        r"|not (?:be )?found|not exist|does(?:n't| not) exist|"
        r"invalid|could not be found|lookup)|(?:unknown|no such|invalid|bad|nonexistent"
        r"|unrout(?:e)?able) (?:mail )?(?:host|domain|address|server)|"
        r"host (?:and|or) domain|no (?:valid )?(?:mx|a|address) (?:record|host)|null mx|mx record (?:found|lookup)"
        r"|nxdomain|dns (?:error|lookup|fail)|"
        r"name ?(?:server|service) (?:error|lookup)|couldn't find any host|mail exchanger or ip"
        r"|could not find a gateway|domain (?:may|might) not exist|"
        r"name lookup failure|could not resolve|couldn't be resolved|no mail hosts for domain|all relevant mx records"
        r"|no route to (?:domain|address)|"
        r"domain wasn't found|doesn't receive email|illegal host",
        r"(?:domain|domäne|host|server|rechner)\w* (?:\S+ ){0,3}(?:existiert nicht|unbekannt|nicht gefunden)"
        r"|(?:domaine|hôte|serveur) (?:\S+ ){0,3}"
        r"(?:inconnu|introuvable|n'existe)|(?:dominio|domínio) (?:\S+ ){0,3}(?:no existe|não existe|non esist|inexist"
        r"|desconocid|sconosciut)|"
        r"(?:домен|хост)\w* (?:\S+ ){0,3}не (?:существ|найден)|ドメイン.{0,10}(?:存在|見つか|不明)|(?:域名|网域"
        r"|網域).{0,8}(?:不存在|错误|無效|无效)",
    )),
    ("4.6", _any(r"too many hops|hop count|mail loop|loop(?:s|ing)?(?: detected| back|\b.{0,12}\()"
            r"|routing loop|loops back|message looping")),
    ("4.7", _any(
        r"retry time(?:out)?(?: not)? (?:exceed|reached)|(?:message|mail|delivery time) (?:\w+ )?expired|too (?:long"
        r"|old) (?:in|on|for) (?:the |our )?queue|in "
        r"(?:the )?queue too long|queue too long|(?:not|couldn't be|could not be|unable to be|unable to|failed to"
        r"|not be) (?:be )?deliver(?:ed)? "
        r"(?:in|within|for|after) (?:\w+ ){0,3}\d|giving up|gave up|given up|failing for a long time|not been collected"
        r"|maximum (?:\w+ ){0,2}(?:attempts|retries|time)|"
        r"was aborted after|delivery failed \d+ attempts|attempts? .{0,30}(?:exhausted|exceeded)"
        r"|cannot send message for|after \d+ (?:delivery )?attempts|"
        r"queue (?:time|period|lifetime)|for the last \d+ (?:seconds|minutes|hours|days)|expired after|expiring"
        r"|could not send mail for past",
        r"zeit(?:limit|überschreitung)|abgelaufen|délai .{0,20}(?:dépassé|expiré)|expirad|scadut|verlopen|wygas"
        r"|vypršel|süresi doldu|истек|期限切れ|超时|逾時|만료",
    )),
    ("4.1", _any(
        r"connect(?:ion|ing)? (?:\S+ ){0,6}(?:timed? ?out|refused|reset|dropped|lost|closed|failed|error|could not)"
        r"|time-?d?[- ]?out|(?:not|is not) "
        r"responding|not responded|did(?:n't| not) respond|un?reachable|not reachable|no route to host"
        r"|network (?:is )?(?:unreachable|error|problem)|"
        r"(?:establish|open|make) an? (?:smtp )?connection|could not (?:be )?(?:connect|contact|reach)\w* "
        r"|unable to connect|server unavailable|"
        r"host (?:is )?down|temporary server error|lost connection|connection to (?:mail )?\w+ failed"
        r"|unavailable or busy|temporarily unavailable",
        r"nicht erreichbar|zeitüberschreitung|antwortet nicht|injoignable|ne répond pas|no responde|não responde"
        r"|non risponde|niet bereikbaar|"
        r"недоступен|не отвечает|応答(?:が|し)|接続でき|连接失败|无法连接|無法連線|응답|연결",
    )),
    ("7.1", _any(
        r"unsolicited|\bspam|blacklist|black list|block(?:ed)? ?list|blocklist|\brbl\b|\bdnsbl\b|poor reputation"
        r"|bad reputation|dmarc|\bspf\b|\bdkim\b|\bvirus|"
        r"malware|relay(?:ing)? (?:access )?(?:denied|not|prohibited)|not (?:allowed|permitted|authori[sz]ed)"
        r"|prohibited|insecure mail relay|policy|"
        r"not accepting mail|authentication (?:required|failed)|reverse dns|access denied|permission|weren't sent"
        r"|privat|restricted|blocked by|ptr record",
        r"verweigert|abgelehnt|refusé|rechazad|rejeitad|recusad|rifiutat|respint|geweigerd|odrzucon|odmítnut|elutasít"
        r"|reddedil|отклонен|отказ|"
        r"拒否|拒绝|拒收|拒絕|垃圾|거부|스팸",
    )),
)  # fmt: skip
GENERIC = (
    ("7.1", _any(r"reject|refus|denied|deny|block|not accept")),
    (
        "3.0",
        _any(r"command (?:died|time)|mailer error|local error|i/o error|system error|internal error|processing error"),
    ),
)
