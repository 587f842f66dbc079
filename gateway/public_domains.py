"""Domains that belong to everybody, so that sharing one makes nobody a colleague."""

import re

_FREEMAIL = frozenset(
    """
    gmail.com googlemail.com msn.com passport.com ymail.com rocketmail.com icloud.com me.com mac.com aol.com aim.com
    web.de freenet.de t-online.de arcor.de online.de posteo.de mailbox.org mail.de email.de vodafone.de
    mail.ru bk.ru inbox.ru list.ru internet.ru rambler.ru ya.ru ukr.net i.ua
    qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com
    naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com
    proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.com tuta.io tutamail.com keemail.me
    fastmail.com fastmail.fm hushmail.com zoho.com zohomail.com zohomail.eu mail.com email.com usa.com hey.com
    runbox.com disroot.org riseup.net startmail.com mailfence.com
    orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr skynet.be telenet.be proximus.be
    libero.it virgilio.it tiscali.it alice.it tin.it tim.it email.it inwind.it
    seznam.cz email.cz centrum.cz post.cz wp.pl o2.pl onet.pl interia.pl op.pl poczta.fm azet.sk centrum.sk
    freemail.hu citromail.hu abv.bg mail.bg bluewin.ch sunrise.ch hispeed.ch a1.net aon.at chello.at
    ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl telia.com bredband.net online.no sapo.pt terra.es telefonica.net
    btinternet.com btopenworld.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk eircom.net
    comcast.net xfinity.com verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
    juno.com optonline.net frontier.com windstream.net centurylink.net shaw.ca rogers.com sympatico.ca telus.net
    bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz
    uol.com.br bol.com.br terra.com.br ig.com.br globo.com walla.co.il walla.com
    mailinator.com guerrillamail.com 10minutemail.com yopmail.com trashmail.com temp-mail.org sharklasers.com
    privaterelay.appleid.com duck.com mozmail.com simplelogin.com
    """.split()
)
_FREEMAIL_FAMILY = re.compile(r"(?:yahoo|hotmail|outlook|live|gmx|yandex)\.(?:[a-z]{2,3}|com?\.[a-z]{2})")

# What registries sell names under: any one label, the customary second level of country domains, and hosting services
# that hand out names to everybody.
_SECOND_LEVEL = re.compile(
    r"(?:ac|co|com|edu|go|gob|gouv|gov|govt|id|ltd|me|mil|ne|net|nhs|nom|or|org|plc|sch)\.[a-z]{2}"
)
_HOSTING = frozenset(
    """
    onmicrosoft.com appspot.com web.app firebaseapp.com blogspot.com withgoogle.com run.app amazonaws.com
    cloudfront.net awsapps.com azurewebsites.net cloudapp.net azure.com github.io gitlab.io pages.dev workers.dev
    netlify.app vercel.app herokuapp.com fly.dev onrender.com wordpress.com wixsite.com myshopify.com shopify.com
    zendesk.com freshdesk.com duckdns.org dyndns.org no-ip.org ddns.net eu.org uk.com us.com de.com eu.com gb.net jp.net
    """.split()
)


def is_freemail(domain: str) -> bool:
    """Whether anybody gets a mailbox there for the asking. `domain` is in lower case."""
    return domain in _FREEMAIL or _FREEMAIL_FAMILY.fullmatch(domain) is not None


def is_public_suffix(domain: str) -> bool:
    """Whether strangers own the names below it. `domain` is in lower case."""
    return "." not in domain or _SECOND_LEVEL.fullmatch(domain) is not None or domain in _HOSTING
