"""Bytes that nobody labelled, in the languages of those who write such mail."""

import pytest

from parsers.characters.charset import decode

LETTERS = {
    "russian": (
        "Здравствуйте! Не могу войти в личный кабинет, подскажите, пожалуйста.",
        "koi8-r cp1251 iso8859-5 cp866",
    ),
    "ukrainian": ("Добрий день! Не можу увійти до особистого кабінету, допоможіть.", "cp1251 koi8-u"),
    "greek": ("Καλημέρα σας, δεν μπορώ να συνδεθώ στον λογαριασμό μου.", "cp1253 iso8859-7"),
    "hebrew": ("שלום, אני לא מצליח להתחבר לחשבון שלי. אנא עזרו לי לאפס את הסיסמה", "cp1255"),
    "thai": ("สวัสดีครับ ผมไม่สามารถเข้าสู่ระบบได้ กรุณาช่วยรีเซ็ตรหัสผ่านให้ด้วยครับ ขอบคุณครับ", "cp874"),
    "chinese": (
        "您好，我无法登录我的账户，系统提示密码错误。请帮我重置密码，谢谢。我们明天需要使用这个系统",
        "gb18030",
    ),
    "taiwanese": ("您好，我無法登入我的帳戶，系統顯示密碼錯誤。請幫我重設密碼，謝謝。我們明天需要使用這個系統", "big5"),
    "japanese": ("お世話になっております。ログインできません。パスワードが違うと表示されます。", "cp932 euc_jp"),
    "korean": ("안녕하세요. 로그인이 되지 않습니다. 비밀번호가 틀렸다고 나옵니다. 확인 부탁드립니다.", "cp949"),
    "polish": ("Dzień dobry, nie mogę się zalogować. Proszę o pomoc.", "cp1250 iso8859-2"),
    "czech": ("Dobrý den, nemohu se přihlásit ke svému účtu. Děkuji.", "cp1250 iso8859-2"),
    "hungarian": ("Nem tudok bejelentkezni a fiókomba, köszönöm előre is, Győző", "cp1250 iso8859-2"),
    "turkish": ("Merhaba, hesabıma giriş yapamıyorum. Teşekkür ederim.", "cp1254"),
    "lithuanian": ("Prašau atstatyti slaptažodį, ačiū už pagalbą.", "cp1257"),
    "german": ("Können Sie bitte mein Paßwort zurücksetzen? Grüße", "cp1252"),
    "french": ("Pourriez-vous réinitialiser mon mot de passe ? Merci d’avance, Hélène", "cp1252"),
    "spanish": ("¿Podrían restablecer mi contraseña? Mañana envío el informe.", "cp1252"),
    "swedish": ("Kan ni återställa lösenordet? Hälsningar Åsa", "cp1252"),
    "finnish": ("En pääse kirjautumaan tililleni, terveisin Päivi Mäkelä", "cp1252"),
}


@pytest.mark.parametrize(
    ("language", "charset"), [(name, charset) for name, (_, sets) in LETTERS.items() for charset in sets.split()]
)
def test_a_letter_without_a_label_is_read_in_the_charset_of_its_language(language: str, charset: str) -> None:
    text, _ = LETTERS[language]
    assert decode(text.encode(charset)) == (text, True)


def test_no_statistics_are_needed_for_few_words() -> None:
    assert decode("Łódź".encode("cp1250"), guess=False) == ("Łódź", True)
    assert decode("Привет".encode("cp1251"), guess=False) == ("Привет", True)


def test_what_spells_nothing_is_western() -> None:
    assert decode(b"a\xa0b")[0] == "a\xa0b"
