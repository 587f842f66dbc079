"""Lines that mail programs write around what they quote, as they are written in many languages."""

LEADS = {
    "en gmail": "On Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:",
    "en gmail old": "On 1/31/26, Support <support@desk.example> wrote:",
    "en gmail us": "On Sat, Jan 31, 2026 at 11:00 AM Support <support@desk.example> wrote:",
    "en apple": "On 31 Jan 2026, at 11:00, Support <support@desk.example> wrote:",
    "en apple us": "On Jan 31, 2026, at 11:00 AM, Support <support@desk.example> wrote:",
    "en apple narrow space": "On Jan 31, 2026, at 11:00\u202fAM, Support <support@desk.example> wrote:",
    "en thunderbird": "On 1/31/26 11:00, Support wrote:",
    "en thunderbird iso": "On 2026-01-31 11:00, Support wrote:",
    "en outlook mac": 'On 31/01/2026, 11:00, "Support" <support@desk.example> wrote:',
    "en yahoo": "On Saturday, January 31, 2026 at 11:00:00 AM GMT+1, Support <support@desk.example> wrote:",
    "en yahoo old": "On Saturday, January 31, 2026 11:00 AM, Support <support@desk.example> wrote:",
    "en proton": "On Saturday, January 31st, 2026 at 11:00, Support <support@desk.example> wrote:",
    "en zoho": "---- On Sat, 31 Jan 2026 11:00:00 +0100 Support <support@desk.example> wrote ---",
    "en evolution": "On Sat, 2026-01-31 at 11:00 +0100, Support wrote:",
    "en mutt": "On Sat, Jan 31, 2026 at 11:00:00AM +0100, Support wrote:",
    "en kmail": "On Saturday, 31 January 2026 11:00:00 CET Support wrote:",
    "en k-9": "On January 31, 2026 11:00:00 AM GMT+01:00, Support <support@desk.example> wrote:",
    "en hey": "On January 31, 2026, Support <support@desk.example> wrote:",
    "en spark": "On 31 Jan 2026 at 11:00 +0100, Support <support@desk.example>, wrote:",
    "en front": "On January 31, 2026 at 11:00 AM GMT+1 support@desk.example wrote:",
    "en roundcube": "On 31.01.2026 11:00, Support wrote:",
    "en wrapped": ("On Sat, 31 Jan 2026 at 11:00, Support Team of the Desk Company <\nsupport@desk.example> wrote:"),
    "en wrapped twice": ("On Sat, 31 Jan 2026 at 11:00, Support\n<support@desk.example>\nwrote:"),
    "en wrapped early": ("On Saturday,\n31 January 2026 at 11:00, Support <support@desk.example> wrote:"),
    "en wrapped thrice": "On Jan 31, 2026,\nat 11:00,\nSupport <support@desk.example> wrote:",
    "en bold": "*On Sat, 31 Jan 2026 at 11:00, Support <support@desk.example> wrote:*",
    "de gmail": "Am Sa., 31. Jan. 2026 um 11:00 Uhr schrieb Support <support@desk.example>:",
    "de gmail wrapped": ("Am Sa., 31. Jan. 2026 um 11:00 Uhr schrieb Support <\nsupport@desk.example>:"),
    "de apple": "Am 31.01.2026 um 11:00 schrieb Support <support@desk.example>:",
    "de thunderbird": "Am 31.01.26 um 11:00 schrieb Support:",
    "de yahoo": "Support <support@desk.example> schrieb am 11:00 Samstag, 31.Januar 2026:",
    "de outlook mobile": "Support <support@desk.example> schrieb am Sa., 31. Jan. 2026, 11:00:",
    "de wrapped": ("Support <support@desk.example> schrieb am Samstag,\nden 31. Januar 2026 um 11:00:"),
    "de wrapped at the day": ("Support <support@desk.example> schrieb am Sa., 31.\nJan. 2026 um 11:00 Uhr:"),
    "de wrapped at the year": ("Support Desk <support@desk.example> schrieb am Sa., 31. Jan. 2026\num 11:00 Uhr:"),
    "de gmx": "Am 31. Januar 2026 11:00:00 MEZ schrieb Support <support@desk.example>:",
    "fr gmail": "Le sam. 31 janv. 2026 à 11:00, Support <support@desk.example> a écrit :",
    "fr apple": "Le 31 janv. 2026 à 11:00, Support <support@desk.example> a écrit :",
    "fr thunderbird": "Le 31/01/2026 à 11:00, Support a écrit\u00a0:",
    "fr yahoo": "Le samedi 31 janvier 2026 à 11:00:00 UTC+1, Support <support@desk.example> a écrit :",
    "fr wrapped": ("Le sam. 31 janv. 2026 à 11:00, Support <support@desk.example> a\nécrit :"),
    "es gmail": "El sáb, 31 ene 2026 a las 11:00, Support (<support@desk.example>) escribió:",
    "es apple": "El 31 ene 2026, a las 11:00, Support <support@desk.example> escribió:",
    "es thunderbird": "El 31/1/26 a las 11:00, Support escribió:",
    "pt gmail": "Em sáb., 31 de jan. de 2026 às 11:00, Support <support@desk.example> escreveu:",
    "pt gmail pt": "Support <support@desk.example> escreveu (sábado, 31/01/2026 à(s) 11:00):",
    "pt apple": "Em 31 de jan. de 2026, à(s) 11:00, Support <support@desk.example> escreveu:",
    "pt apple pt": "No dia 31/01/2026, às 11:00, Support <support@desk.example> escreveu:",
    "it gmail": "Il giorno sab 31 gen 2026 alle ore 11:00 Support <support@desk.example> ha scritto:",
    "it apple": "Il giorno 31 gen 2026, alle ore 11:00, Support <support@desk.example> ha scritto:",
    "it thunderbird": "Il 31/01/2026 11:00, Support ha scritto:",
    "nl gmail": "Op za 31 jan 2026 om 11:00 schreef Support <support@desk.example>:",
    "nl apple": "Op 31 jan 2026, om 11:00 heeft Support <support@desk.example> het volgende geschreven:",
    "nl thunderbird": "Op 31-01-2026 om 11:00 schreef Support:",
    "sv gmail": "Den lör 31 jan. 2026 kl 11:00 skrev Support <support@desk.example>:",
    "sv apple": "31 jan. 2026 kl. 11:00 skrev Support <support@desk.example>:",
    "sv thunderbird": "Den 2026-01-31 kl. 11:00, skrev Support:",
    "da gmail": "Den lør. 31. jan. 2026 kl. 11.00 skrev Support <support@desk.example>:",
    "da apple": "Den 31. jan. 2026 kl. 11.00 skrev Support <support@desk.example>:",
    "no gmail": "lør. 31. jan. 2026 kl. 11:00 skrev Support <support@desk.example>:",
    "is gmail": "Þann lau., 31. jan. 2026 kl. 11:00 skrifaði Support <support@desk.example>:",
    "fi gmail": "la 31. tammik. 2026 klo 11.00 Support (support@desk.example) kirjoitti:",
    "fi apple": "Support <support@desk.example> kirjoitti 31.1.2026 kello 11.00:",
    "fi thunderbird": "Support kirjoitti 31.1.2026 klo 11.00:",
    "et gmail": "Support <support@desk.example> kirjutas kuupäeval L, 31. jaanuar 2026 kell 11:00:",
    "lv gmail": "sestd., 2026. g. 31. janv., plkst. 11:00 — lietotājs Support (<support@desk.example>) rakstīja:",
    "lt gmail": "2026-01-31, št, 11:00 Support <support@desk.example> rašė:",
    "pl gmail": "sob., 31 sty 2026 o 11:00 Support <support@desk.example> napisał(a):",
    "pl thunderbird": "W dniu 31.01.2026 o 11:00, Support pisze:",
    "pl onet": "W dniu 2026-01-31 11:00:00 użytkownik Support <support@desk.example> napisał:",
    "pl apple": "Wiadomość napisana przez Support <support@desk.example> w dniu 31.01.2026, o godz. 11:00:",
    "cs gmail": "so 31. 1. 2026 v 11:00 odesílatel Support <support@desk.example> napsal:",
    "cs thunderbird": "Dne 31. 01. 26 v 11:00 Support napsal(a):",
    "cs apple": "31. 1. 2026 v 11:00, Support <support@desk.example>:",
    "sk gmail": "so 31. 1. 2026 o 11:00 Support <support@desk.example> napísal(a):",
    "sl gmail": "V V sob., 31. jan. 2026 ob 11:00 je oseba Support <support@desk.example> napisala:",
    "hr gmail": "sub, 31. sij 2026. u 11:00 Support <support@desk.example> napisao je:",
    "sr gmail": "суб, 31. јан 2026. у 11:00 Support <support@desk.example> је написао/ла:",
    "bs": "Dana 31.1.2026. u 11:00, Support je napisao/la:",
    "ru gmail": "сб, 31 янв. 2026 г. в 11:00, Support <support@desk.example>:",
    "ru mail.ru": "Суббота, 31 января 2026, 11:00 +03:00 от Support <support@desk.example>:",
    "ru yandex": '31.01.2026, 11:00, "Support" <support@desk.example>:',
    "ru apple": "31 янв. 2026 г., в 11:00, Support <support@desk.example> написал(а):",
    "ru thunderbird": "31.01.2026 11:00, Support пишет:",
    "uk gmail": "сб, 31 січ. 2026 р. о 11:00 Support <support@desk.example> пише:",
    "bg gmail": "На сб, 31.01.2026 г. в 11:00 Support <support@desk.example> написа:",
    "el gmail": "Στις Σάβ 31 Ιαν 2026 στις 11:00 π.μ., ο χρήστης Support <support@desk.example> έγραψε:",
    "tr gmail": "Support <support@desk.example>, 31 Oca 2026 Cmt, 11:00 tarihinde şunu yazdı:",
    "tr wrapped": "Support <support@desk.example>, 31 Oca 2026\nCmt, 11:00 tarihinde şunu yazdı:",
    "pl wrapped": ("Wiadomość napisana przez Support <support@desk.example> w dniu\n31.01.2026, o godz. 11:00:"),
    "hi wrapped": "शनि, 31 जन॰ 2026 को 11:00 am बजे को Support\n<support@desk.example> ने लिखा:",
    "tr apple": "31 Oca 2026 tarihinde 11:00 saatinde, Support <support@desk.example> şunları yazdı:",
    "hu gmail": "Support <support@desk.example> ezt írta (időpont: 2026. jan. 31., Szo, 11:00):",
    "hu thunderbird": "2026. 01. 31. 11:00 keltezéssel, Support írta:",
    "ro gmail": "În sâm., 31 ian. 2026 la 11:00, Support <support@desk.example> a scris:",
    "ca gmail": "Missatge de Support <support@desk.example> del dia ds., 31 de gen. 2026 a les 11:00:",
    "ca apple": "El 31 gen 2026, a les 11:00, Support <support@desk.example> va escriure:",
    "gl gmail": "O sáb, 31 xan 2026 ás 11:00, Support (<support@desk.example>) escribiu:",
    "eu gmail": "Support (<support@desk.example>) erabiltzaileak hau idatzi du (2026 urt. 31, lr. (11:00)):",
    "sq": "Më 31.1.2026 në 11:00, Support <support@desk.example> ka shkruar:",
    "zh gmail": "Support <support@desk.example> 于2026年1月31日周六 11:00写道：",
    "zh apple": "在 2026年1月31日，11:00，Support <support@desk.example> 写道：",
    "zh tw gmail": "Support <support@desk.example> 於 2026年1月31日 週六 上午11:00寫道：",
    "zh netease": '在 2026-01-31 11:00:00，"Support" <support@desk.example> 写道：',
    "ja gmail": "2026年1月31日(土) 11:00 Support <support@desk.example>:",
    "ja apple": "2026/01/31 11:00、Support <support@desk.example>のメール:",
    "ja thunderbird": "On 2026/01/31 11:00, Support wrote:",
    "ko gmail": "2026년 1월 31일 (토) 오전 11:00, Support <support@desk.example>님이 작성:",
    "ko apple": "2026. 1. 31. 오전 11:00, Support <support@desk.example> 작성:",
    "vi gmail": "Vào Th 7, 31 thg 1, 2026 vào lúc 11:00 Support <support@desk.example> đã viết:",
    "id gmail": "Pada tanggal Sab, 31 Jan 2026 pukul 11.00 Support <support@desk.example> menulis:",
    "ms gmail": "Pada Sab, 31 Jan 2026 pada 11:00 PG Support <support@desk.example> menulis:",
    "th gmail": "ในวันที่ ส. 31 ม.ค. 2026 เวลา 11:00 Support <support@desk.example> เขียนว่า:",
    "he gmail": (
        "\u202bבתאריך שבת, 31 בינו׳ 2026 ב-11:00 מאת "
        "\u202aSupport\u202c\u200f <\u202asupport@desk.example\u202c\u200f>:\u202c"
    ),
    "ar gmail": (
        "في السبت، 31 يناير 2026 في 11:00 ص تمت كتابة ما يلي بواسطة "
        "\u202aSupport\u202c\u200f <\u202asupport@desk.example\u202c\u200f>:"
    ),
    "fa gmail": "در تاریخ شنبه ۳۱ ژانویهٔ ۲۰۲۶،\u200f ۱۱:۰۰ Support <support@desk.example> نوشت:",
    "hi gmail": "शनि, 31 जन॰ 2026 को 11:00 am बजे को Support <support@desk.example> ने लिखा:",
    "unknown tongue": "Nkwa sab, 31 foo 2026 gba 11:00, Support <support@desk.example> zozo bala:",
}
"""The lines above a quote, by language and program."""

HEADINGS = {
    "en outlook": (
        "From: Support <support@desk.example>\n"
        "Sent: Saturday, 31 January 2026 11:00\n"
        "To: Ann <ann@acme.example>\n"
        "Subject: Printer"
    ),
    "en names": ("From: Support\nSent: Saturday, 31 January 2026 11:00\nTo: Ann\nCc: Bob\nSubject: Printer"),
    "en ruled": (
        "________________________________\n"
        "From: Support <support@desk.example>\n"
        "Sent: Saturday, 31 January 2026 11:00\n"
        "To: Ann\n"
        "Subject: Printer"
    ),
    "en spaced out": (
        "From: Support <support@desk.example>\n\nSent: Saturday, 31 January 2026 11:00\n\nTo: Ann\n\nSubject: Printer"
    ),
    "en bold": ("*From:* Support\n*Sent:* Saturday, 31 January 2026\n*To:* Ann\n*Subject:* Printer"),
    "en bold2": (
        "**From:** Support <support@desk.example>\n"
        "**Date:** Saturday, 31 January 2026 at 11:00\n"
        "**To:** Ann\n"
        "**Subject:** Printer"
    ),
    "en mac": (
        "From: Support <support@desk.example>\n"
        "Date: Saturday, 31 January 2026 at 11:00\n"
        "To: Ann <ann@acme.example>\n"
        "Subject: Re: Printer"
    ),
    "en long to": (
        "From: Support <support@desk.example>\n"
        "Sent: Saturday, 31 January 2026 11:00\n"
        "To: Ann <ann@acme.example>;\n"
        "Bob <bob@acme.example>; Carl\n"
        "<carl@acme.example>\n"
        "Cc: Dora <dora@acme.example>\n"
        "Subject: Printer that does not print\n"
        "any longer"
    ),
    "en one line": "From: support@desk.example Date: Sat, 31 Jan 2026 11:00:00 +0100",
    "en thunderbird": (
        "-------- Original Message --------\n"
        "Subject: \tPrinter\n"
        "Date: \tSat, 31 Jan 2026 11:00:00 +0100\n"
        "From: \tSupport <support@desk.example>\n"
        "To: \tann@acme.example"
    ),
    "notes": (
        "From:        Support/DESK\nTo:        Ann/ACME@ACME\nDate:        31/01/2026 11:00\nSubject:        Printer"
    ),
    "notes columns": ("Support/DESK@DESK\n31/01/2026 11:00\n\nTo\nAnn/ACME@ACME\ncc\n\nSubject\nPrinter"),
    "notes table": (
        "|---------+---------------------------->\n"
        "|         |           Support          |\n"
        "|         |           31/01/2026 11:00 |\n"
        "|---------+---------------------------->\n"
        "  >-----------------------------------------------|\n"
        "  |  To:   Ann                                    |"
    ),
    "groupwise": ">>> Support <support@desk.example> 31.01.2026 11:00 >>>",
    "groupwise7": ">>> On 1/31/2026 at 11:00 AM, in message <5A@desk.example>, Support <support@desk.example> wrote:",
    "de": ("Von: Support <support@desk.example>\nGesendet: Samstag, 31. Januar 2026 11:00\nAn: Ann\nBetreff: Drucker"),
    "de mac": (
        "Von: Support <support@desk.example>\nDatum: Samstag, 31. Januar 2026 um 11:00\nAn: Ann\nBetreff: Drucker"
    ),
    "de gmx": (
        "Gesendet: Samstag, 31. Januar 2026 um 11:00 Uhr\n"
        'Von: "Support" <support@desk.example>\n'
        "An: ann@acme.example\n"
        "Betreff: Drucker"
    ),
    "fr": ("De : Support <support@desk.example>\nEnvoyé : samedi 31 janvier 2026 11:00\nÀ : Ann\nObjet : Imprimante"),
    "es": (
        "De: Support <support@desk.example>\nEnviado: sábado, 31 de enero de 2026 11:00\nPara: Ann\nAsunto: Impresora"
    ),
    "es el": ("De: Support\nEnviado el: sábado, 31 de enero de 2026 11:00\nPara: Ann\nCC: Bob\nAsunto: Impresora"),
    "pt": (
        "De: Support <support@desk.example>\n"
        "Enviado: sábado, 31 de janeiro de 2026 11:00\n"
        "Para: Ann\n"
        "Assunto: Impressora"
    ),
    "pt br": ("De: Support\nEnviada em: sábado, 31 de janeiro de 2026 11:00\nPara: Ann\nAssunto: Impressora"),
    "it": ("Da: Support <support@desk.example>\nInviato: sabato 31 gennaio 2026 11:00\nA: Ann\nOggetto: Stampante"),
    "nl": (
        "Van: Support <support@desk.example>\nVerzonden: zaterdag 31 januari 2026 11:00\nAan: Ann\nOnderwerp: Printer"
    ),
    "sv": ("Från: Support <support@desk.example>\nSkickat: den 31 januari 2026 11:00\nTill: Ann\nÄmne: Skrivare"),
    "da": ("Fra: Support <support@desk.example>\nSendt: 31. januar 2026 11:00\nTil: Ann\nEmne: Printer"),
    "no": (
        "Fra: Support <support@desk.example>\nSendt: lørdag 31. januar 2026 11:00\nTil: Ann\nKopi: Bob\nEmne: Skriver"
    ),
    "fi": (
        "Lähettäjä: Support <support@desk.example>\n"
        "Lähetetty: lauantai 31. tammikuuta 2026 11.00\n"
        "Vastaanottaja: Ann\n"
        "Aihe: Tulostin"
    ),
    "is": ("Frá: Support <support@desk.example>\nSent: laugardagur, 31. janúar 2026 11:00\nTil: Ann\nEfni: Prentari"),
    "pl": ("Od: Support <support@desk.example>\nWysłano: sobota, 31 stycznia 2026 11:00\nDo: Ann\nTemat: Drukarka"),
    "cs": ("Od: Support <support@desk.example>\nOdesláno: sobota 31. ledna 2026 11:00\nKomu: Ann\nPředmět: Tiskárna"),
    "sk": (
        "Od: Support <support@desk.example>\nOdoslané: sobota 31. januára 2026 11:00\nKomu: Ann\nPredmet: Tlačiareň"
    ),
    "sl": ("Od: Support <support@desk.example>\nPoslano: sobota, 31. januar 2026 11:00\nZa: Ann\nZadeva: Tiskalnik"),
    "hr": ("Šalje: Support <support@desk.example>\nPoslano: 31. siječnja 2026. 11:00\nPrima: Ann\nPredmet: Pisač"),
    "ru": ("От: Support <support@desk.example>\nОтправлено: 31 января 2026 г. 11:00\nКому: Ann\nТема: Принтер"),
    "uk": ("Від: Support <support@desk.example>\nНадіслано: 31 січня 2026 р. 11:00\nКому: Ann\nТема: Принтер"),
    "bg": ("От: Support <support@desk.example>\nИзпратено: 31 януари 2026 г. 11:00\nДо: Ann\nОтносно: Принтер"),
    "el": (
        "Από: Support <support@desk.example>\nΣτάλθηκε: Σάββατο, 31 Ιανουαρίου 2026 11:00\nΠρος: Ann\nΘέμα: Εκτυπωτής"
    ),
    "tr": ("Kimden: Support <support@desk.example>\nGönderildi: 31 Ocak 2026 Cumartesi 11:00\nKime: Ann\nKonu: Yazıcı"),
    "hu": (
        "Feladó: Support <support@desk.example>\n"
        "Elküldve: 2026. január 31., szombat 11:00\n"
        "Címzett: Ann\n"
        "Tárgy: Nyomtató"
    ),
    "ro": (
        "De la: Support <support@desk.example>\n"
        "Trimis: sâmbătă, 31 ianuarie 2026 11:00\n"
        "Către: Ann\n"
        "Subiect: Imprimantă"
    ),
    "et": (
        "Saatja: Support <support@desk.example>\n"
        "Saadetud: laupäev, 31. jaanuar 2026 11:00\n"
        "Adressaat: Ann\n"
        "Teema: Printer"
    ),
    "lv": (
        "No: Support <support@desk.example>\n"
        "Nosūtīts: sestdiena, 2026. gada 31. janvāris 11:00\n"
        "Kam: Ann\n"
        "Tēma: Printeris"
    ),
    "lt": (
        "Nuo: Support <support@desk.example>\n"
        "Išsiųsta: 2026 m. sausio 31 d., šeštadienis 11:00\n"
        "Kam: Ann\n"
        "Tema: Spausdintuvas"
    ),
    "ca": (
        "De: Support <support@desk.example>\n"
        "Enviat: dissabte, 31 de gener de 2026 11:00\n"
        "Per a: Ann\n"
        "Assumpte: Impressora"
    ),
    "zh": ("发件人: Support <support@desk.example>\n发送时间: 2026年1月31日 11:00\n收件人: Ann\n主题: 打印机"),
    "zh wide": ("发件人：Support <support@desk.example>\n发送时间：2026年1月31日 11:00\n收件人：Ann\n主题：打印机"),
    "zh qq": (
        "------------------ 原始邮件 ------------------\n"
        '发件人: "Support" <support@desk.example>;\n'
        "发送时间: 2026年1月31日(星期六) 中午11:00\n"
        '收件人: "Ann"<ann@acme.example>;\n'
        "主题: 打印机"
    ),
    "zh qq en": (
        "------------------ Original ------------------\n"
        'From:  "Support"<support@desk.example>;\n'
        "Date:  Sat, Jan 31, 2026 11:00 AM"
    ),
    "zh tw": ("寄件者: Support <support@desk.example>\n寄件日期: 2026年1月31日 上午 11:00\n收件者: Ann\n主旨: 印表機"),
    "ja": ("差出人: Support <support@desk.example>\n送信日時: 2026年1月31日 11:00\n宛先: Ann\n件名: プリンター"),
    "ja message": ("-----Original Message-----\nFrom: Support\nSent: Saturday, January 31, 2026 11:00 AM"),
    "ko": (
        "보낸 사람: Support <support@desk.example>\n"
        "보낸 날짜: 2026년 1월 31일 토요일 오전 11:00\n"
        "받는 사람: Ann\n"
        "제목: 프린터"
    ),
    "ko naver": (
        "-----Original Message-----\n"
        'From: "Support"<support@desk.example>\n'
        'To: "Ann"<ann@acme.example>;\n'
        "Cc:\n"
        "Sent: 2026-01-31 (토) 11:00:00 (GMT+09:00)\n"
        "Subject: 프린터"
    ),
    "vi": ("Từ: Support <support@desk.example>\nĐã gửi: Thứ Bảy, 31 tháng 1, 2026 11:00\nĐến: Ann\nChủ đề: Máy in"),
    "id": (
        "Dari: Support <support@desk.example>\nDikirim: Sabtu, 31 Januari 2026 11.00\nKepada: Ann\nPerihal: Printer"
    ),
    "th": ("จาก: Support <support@desk.example>\nส่งเมื่อ: 31 มกราคม 2569 11:00\nถึง: Ann\nเรื่อง: เครื่องพิมพ์"),
    "he": ("מאת: Support <support@desk.example>\nנשלח: שבת 31 ינואר 2026 11:00\nאל: Ann\nנושא: מדפסת"),
    "ar": ("من: Support <support@desk.example>\nتاريخ الإرسال: السبت، 31 يناير 2026 11:00\nإلى: Ann\nالموضوع: طابعة"),
    "unknown tongue": ("Zama: Support <support@desk.example>\nBalo: sab, 31 foo 2026 11:00\nKu: Ann\nNdaba: Printer"),
}
"""What stands above an unmarked copy of a mail."""
