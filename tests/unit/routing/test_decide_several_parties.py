"""The published rules of a desk with several parties: who does what, which status follows, who is told."""

from dataclasses import replace

import pytest

from parsers.intent import Command, Confusion, Orders, Source, Unclear
from routing.decide import decide
from routing.directory import Person
from routing.events import Commented, Moved, Refusal
from routing.model import Decision, Proof, Situation, Ticket
from tests.unit.routing import town
from tests.unit.routing.town import (
    ABE,
    AMY,
    ANN,
    IVO,
    OLA,
    OTO,
    WES,
    WIM,
    comment,
    kinds,
    letter,
    mail,
    move,
    only,
    opened,
    told,
    words,
)


def at(status: str, holder: str = "operator") -> Ticket:
    """Ann's ticket in some state."""
    return replace(opened(), status=status, holder=holder)


def says(person: Person, ticket: Ticket, text: str = "Please have a look.") -> Decision:
    """A party comments."""
    return decide(mail(person, ticket, Proof.TOKEN), comment(text))


def does(person: Person, ticket: Ticket, verb: str, text: str = "Please have a look.") -> Decision:
    """A party makes a move."""
    return decide(mail(person, ticket, Proof.TOKEN), move(verb, text))


def after(decision: Decision) -> tuple[str, str]:
    """Status and holder."""
    assert decision.ticket is not None
    return decision.ticket.status, decision.ticket.holder


@pytest.mark.parametrize("outsider", [ANN, WIM], ids=lambda person: person.name)
@pytest.mark.parametrize("status", ["on-customer", "on-partner"])
def test_a_comment_of_an_outsider_gives_the_ticket_back_to_the_operator(outsider: Person, status: str) -> None:
    decision = says(outsider, at(status, "customer"))
    assert kinds(decision) == ["comment"]
    assert after(decision) == ("new", "operator")
    assert told(decision, "comment") == told(decision) == {"Ola", "Oto"}


@pytest.mark.parametrize("status", ["new", "in-progress"])
def test_elsewhere_it_keeps_the_status(status: str) -> None:
    decision = says(WIM, at(status))
    assert after(decision) == (status, "operator")
    assert told(decision) == {"Ola", "Oto"}


def test_a_comment_of_an_agent_takes_a_new_ticket_up_and_tells_the_requester() -> None:
    decision = says(OLA, at("new"))
    assert after(decision) == ("in-progress", "operator")
    assert told(decision) == {"Ann"}


@pytest.mark.parametrize("status", ["in-progress", "on-customer", "on-partner"])
def test_elsewhere_an_agents_comment_keeps_status_and_holder(status: str) -> None:
    decision = says(OLA, at(status, "customer"))
    assert after(decision) == (status, "customer")
    assert told(decision) == {"Ann"}


@pytest.mark.parametrize("person", [ANN, WIM, OLA], ids=lambda person: person.name)
def test_a_comment_on_a_closed_ticket_brings_it_back(person: Person) -> None:
    decision = says(person, replace(at("closed"), resolution="done"))
    assert after(decision) == ("new", "operator")
    assert told(decision) == {"Ola", "Oto"} - {person.name}
    assert decision.ticket is not None
    assert decision.ticket.resolution is None


@pytest.mark.parametrize("person", [ABE, WIM, OLA], ids=lambda person: person.name)
@pytest.mark.parametrize("status", ["new", "in-progress", "on-customer", "on-partner"])
def test_to_customer_tells_requester_and_support_group(person: Person, status: str) -> None:
    decision = does(person, at(status), "to-customer")
    event = only(decision)
    assert isinstance(event, Moved)
    assert (event.verb, event.text, event.audience) == ("to-customer", "Please have a look.", "everyone")
    assert after(decision) == ("on-customer", "customer")
    assert told(decision, "moved") == {"Ann", "Abe"} - {person.name}


@pytest.mark.parametrize("person", [ANN, WES, OLA], ids=lambda person: person.name)
def test_to_a_partner_tells_that_partners_support_group(person: Person) -> None:
    decision = does(person, at("new"), "to-web-it-provider")
    assert after(decision) == ("on-partner", "party:web-it-provider")
    assert told(decision, "moved") == {"Wim"}


def test_a_partner_without_a_support_group_is_told_as_a_whole() -> None:
    ticket = replace(opened(town.EVE), status="new", system="rival-dam")
    decision = decide(mail(OLA, ticket, Proof.TOKEN), move("to-it-provider"))
    assert told(decision, "moved") == {"Ivo"}


def test_close_tells_all_who_were_told_before_and_still_are_parties() -> None:
    before = (WIM.address, ABE.address, IVO.address, OTO.address)
    situation = replace(mail(OLA, at("in-progress"), Proof.TOKEN), told=before)
    decision = decide(situation, move("close"))
    assert after(decision) == ("closed", "operator")
    assert told(decision, "closed") == {"Wim", "Abe", "Oto", "Ann"}
    assert [(one.address, one.why) for one in decision.not_told] == [
        (IVO.address, "no party of the ticket whom this concerns")
    ]


@pytest.mark.parametrize("person", [ANN, WIM, OLA], ids=lambda person: person.name)
def test_any_party_may_reopen(person: Person) -> None:
    decision = does(person, at("closed"), "reopen")
    assert after(decision) == ("new", "operator")
    assert told(decision, "reopened") == {"Ola", "Oto"} - {person.name}


def test_one_receipt_says_what_was_done_and_who_was_told_by_names_only() -> None:
    decision = does(WIM, at("new"), "to-customer")
    (receipt,) = (notice for notice in decision.notices if notice.template == "receipt")
    assert (receipt.to, receipt.answer, receipt.in_reply_to) == (WIM.address, True, "<mail-1@writer.example>")
    assert receipt.details["done"] == "CT-1 went to Acme Corp and is now On Customer."
    assert receipt.details["told"] == ("Acme Corp",)
    agents = does(OLA, at("new"), "to-customer").notices[-1]
    assert agents.details["told"] == ("Ann", "Abe")


def test_letters_come_from_the_queue_with_lane_offers_and_names() -> None:
    decision = does(OLA, at("new"), "to-web-it-provider")
    notice = next(notice for notice in decision.notices if notice.template == "moved")
    assert (notice.sender, notice.lane, notice.key) == (town.SUPPORT, "party:web-it-provider", "CT-1")
    assert notice.event == 0
    assert not notice.answer
    assert {offer.verb for offer in notice.offers} == {"to-customer", "to-web-it-provider", "close"}
    assert notice.details == {
        "status": "On Partner",
        "holder": "Web-IT Provider",
        "system": "Acme DAM",
        "organisation": "Acme Corp",
        "actor": "Ola",
        "moved_to": "Web-IT Provider",
    }


def test_the_requester_finds_the_first_mail_answered() -> None:
    (notice,) = says(OLA, at("new")).notices
    assert notice.in_reply_to == "<mail-1@writer.example>"


def test_a_letter_after_closing_offers_reopening() -> None:
    notices = does(OLA, at("new"), "close").notices
    assert {offer.verb for notice in notices for offer in notice.offers} == {"reopen"}


@pytest.mark.parametrize(
    ("status", "verb", "said"),
    [
        ("closed", "close", '"Close" cannot be done while the ticket is Closed.'),
        ("new", "reopen", '"Reopen" cannot be done while the ticket is New.'),
        ("new", "to-it-provider", "No IT Provider is involved in this ticket."),
        ("new", "to-nobody", 'This desk has no move "to-nobody".'),
    ],
)
def test_a_refused_move_keeps_the_words_and_changes_nothing(status: str, verb: str, said: str) -> None:
    ticket = at(status)
    decision = does(ANN, ticket, verb)
    event = only(decision)
    assert isinstance(event, Refusal)
    assert (event.reason, event.asked, event.text) == (said, (f"#{verb}",), "Please have a look.")
    assert (event.audience, event.changes) == ("staff", ())
    assert decision.ticket == replace(ticket, version=ticket.version + 1)
    (notice,) = decision.notices
    assert (notice.template, notice.to, notice.event, notice.answer) == ("refusal", ANN.address, None, True)
    assert (notice.details["reason"], notice.details["asked"]) == (said, (f"#{verb}",))


def test_a_move_without_words_is_made() -> None:
    assert after(does(ANN, at("new"), "close", "")) == ("closed", "operator")


def test_a_move_that_needs_words_is_refused_without() -> None:
    rules = tuple(replace(rule, comment_required=rule.verb == "close") for rule in town.workflow().moves)
    strict = replace(town.desk(), workflow=replace(town.workflow(), moves=rules))
    refused = decide(replace(mail(ANN, at("new"), Proof.TOKEN), desk=strict), move("close", " \n"))
    assert refused.outcome == "refused"
    assert decide(replace(mail(ANN, at("new"), Proof.TOKEN), desk=strict), move("close")).outcome == "moved"


def test_a_resolution_is_one_of_those_that_the_desk_knows() -> None:
    rules = tuple(
        replace(rule, resolutions=("done", "duplicate")) if rule.verb == "close" else rule
        for rule in town.workflow().moves
    )
    choosy = replace(town.desk(), workflow=replace(town.workflow(), moves=rules))
    situation = replace(mail(ANN, at("new"), Proof.TOKEN), desk=choosy)
    asked = move("close")
    closed = decide(situation, replace(asked, move=Command("close", ("duplicate",), Source.BODY, 1)))
    assert closed.ticket is not None
    assert closed.ticket.resolution == "duplicate"
    assert decide(situation, replace(asked, move=Command("close", ("lost",), Source.BODY, 1))).outcome == "refused"


def test_a_colleague_who_answers_anothers_letter_comments_and_may_not_move() -> None:
    situation = mail(ABE, at("on-customer", "customer"), Proof.THREAD, minted=letter(ANN))
    assert after(decide(situation, comment())) == ("new", "operator")
    refused = decide(situation, move("close"))
    assert (refused.outcome, after(refused)) == ("refused", ("on-customer", "customer"))


def test_bare_phrases_command_for_partners_and_agents_and_are_words_of_customers() -> None:
    for person in (WIM, OLA):
        assert decide(mail(person, at("new"), Proof.TOKEN), move("close", bare=True)).outcome == "moved"
    decision = decide(mail(ANN, at("on-partner"), Proof.TOKEN), move("close", bare=True))
    event = only(decision)
    assert isinstance(event, Commented)
    assert event.text == "close\nPlease have a look."
    assert after(decision) == ("new", "operator")


def test_a_subject_that_a_client_repeats_is_no_new_command() -> None:
    again = move("close", source=Source.SUBJECT)
    fresh = replace(mail(ANN, at("new"), Proof.TOKEN))
    carried = replace(fresh, mail=replace(fresh.mail, carried=("Re: [CT-1] [Close] Scanner",)))
    assert decide(fresh, again).outcome == "moved"
    assert decide(carried, again).outcome == "commented"
    assert decide(carried, move("to-customer", source=Source.SUBJECT)).outcome == "moved"
    assert decide(carried, move("close", source=Source.BODY)).outcome == "moved"


def unclear(text: str = "Please have a look.", *, bare: bool = False) -> Unclear:
    """A mail with a mistyped command."""
    otherwise = comment(f"clsoe\n{text}") if bare else None
    return Unclear(Confusion.UNKNOWN, ("#clsoe",), words(text), "close", otherwise)


def test_what_is_unclear_is_not_done_its_words_are_a_comment_and_the_writer_is_asked() -> None:
    decision = decide(mail(WIM, at("on-partner"), Proof.TOKEN), unclear())
    assert kinds(decision) == ["comment", "refusal"]
    assert after(decision) == ("new", "operator")
    assert told(decision, "comment") == {"Ola", "Oto"}
    (letter_back,) = (notice for notice in decision.notices if notice.answer)
    assert letter_back.template == "refusal"
    assert (letter_back.details["asked"], letter_back.details["suggestion"]) == (("#clsoe",), "#close")


def test_without_words_nothing_unclear_moves_the_ticket() -> None:
    decision = decide(mail(WIM, at("on-partner"), Proof.TOKEN), unclear(""))
    assert kinds(decision) == ["refusal"]
    assert after(decision)[0] == "on-partner"
    assert told(decision) == {"Wim"}


def test_what_is_unclear_only_as_a_bare_phrase_is_words_of_a_customer() -> None:
    assert decide(mail(ANN, at("new"), Proof.TOKEN), unclear(bare=True)).outcome == "commented"
    assert decide(mail(WIM, at("new"), Proof.TOKEN), unclear(bare=True)).outcome == "unclear"


def test_help_lists_what_this_writer_may_do_now_and_leaves_the_ticket_alone() -> None:
    ask = Orders(words(""), questions=(Command("help", (), Source.BODY, 1),))
    ticket = at("closed")
    decision = decide(mail(ANN, ticket, Proof.TOKEN), ask)
    assert (decision.events, decision.ticket) == ((), ticket)
    (notice,) = decision.notices
    assert (notice.template, notice.to, notice.answer) == ("help", ANN.address, True)
    assert [offer.phrase for offer in notice.offers] == ["#reopen"]
    with_words = decide(mail(ANN, ticket, Proof.TOKEN), replace(ask, words=words()))
    assert kinds(with_words) == ["comment"]


def about(key: str, person: Person, ticket: Ticket, proof: Proof = Proof.TOKEN) -> Situation:
    """A mail with `#system key` in it: the parser takes the line out and keeps the key."""
    return replace(mail(person, ticket, proof), system=key)


NO_SYSTEM = replace(opened(), system=None, status="on-customer", holder="customer")


def test_naming_the_system_settles_which_partners_are_involved() -> None:
    decision = decide(about("acme-dam", AMY, NO_SYSTEM), comment(""))
    event = only(decision)
    assert isinstance(event, Moved)
    assert event.verb == "system"
    assert after(decision) == ("on-customer", "customer")
    (receipt,) = decision.notices
    assert (receipt.template, receipt.details["done"]) == ("receipt", "CT-1 is now about Acme DAM.")
    assert "to-web-it-provider" in {offer.verb for offer in receipt.offers}


def test_words_beside_it_are_a_comment_and_a_move_may_follow_at_once() -> None:
    with_words = decide(about("acme-dam", AMY, NO_SYSTEM), comment())
    assert (kinds(with_words), after(with_words)) == (["move", "comment"], ("new", "operator"))
    assert told(with_words, "receipt") == {"Amy"}
    passed_on = decide(about("acme-dam", AMY, NO_SYSTEM), move("to-web-it-provider"))
    assert kinds(passed_on) == ["move", "move"]
    assert after(passed_on) == ("on-partner", "party:web-it-provider")
    (receipt,) = (notice for notice in passed_on.notices if notice.template == "receipt")
    assert receipt.details["done"] == "CT-1 is now about Acme DAM. CT-1 went to Web-IT Provider and is now On Partner."


def test_where_the_move_is_refused_the_system_is_not_named_either() -> None:
    decision = decide(about("acme-dam", AMY, NO_SYSTEM), move("reopen"))
    assert kinds(decision) == ["refusal"]
    assert decision.ticket is not None
    assert decision.ticket.system is None


@pytest.mark.parametrize(
    ("person", "key", "ticket"),
    [
        (AMY, "rival-dam", NO_SYSTEM),
        (AMY, "nothing", NO_SYSTEM),
        (OLA, "rival-dam", NO_SYSTEM),
        (OLA, "rival-dam", opened()),
    ],
)
def test_nobody_puts_a_ticket_where_it_does_not_belong(person: Person, key: str, ticket: Ticket) -> None:
    decision = decide(about(key, person, ticket), move("close"))
    assert kinds(decision) == ["comment", "refusal"]
    assert decision.ticket is not None
    assert (decision.ticket.system, decision.ticket.status) == (ticket.system, after(says(person, ticket))[0])
    (refusal,) = (notice for notice in decision.notices if notice.template == "refusal")
    assert refusal.details["asked"] == (f"#system {key}", "#close")
    assert refusal.details["reason"] == f'There is no system "{key}" that this ticket could be about.'


def test_a_colleague_without_a_letter_of_its_own_settles_nothing() -> None:
    situation = replace(about("acme-dam", AMY, NO_SYSTEM, Proof.THREAD), minted=letter(ANN))
    assert decide(situation, comment("")).outcome == "refused"


def test_a_tag_that_only_repeats_what_was_said_before_is_passed_over() -> None:
    settled = replace(opened(town.EVE), system="rival-dam")
    assert kinds(decide(about("rival-web", town.EVE, settled), comment())) == ["comment"]
    assert kinds(decide(about("acme-dam", AMY, opened()), comment())) == ["comment"]
    by_agent = about("rival-web", OLA, settled)
    assert kinds(decide(by_agent, comment())) == ["move", "comment"]
    carried = replace(by_agent, mail=replace(by_agent.mail, carried=("[System rival-web] Scanner",)))
    assert kinds(decide(carried, comment())) == ["comment"]
    assert kinds(decide(replace(by_agent, quiet=True), comment())) == ["comment"]


def test_a_partners_own_ticket_may_turn_out_to_be_about_a_customers_system() -> None:
    ticket = opened(WIM)
    assert (ticket.organisation, ticket.system) == ("webhost", None)
    decision = decide(about("acme-dam", WIM, ticket), comment(""))
    assert decision.ticket is not None
    assert (decision.ticket.organisation, decision.ticket.system) == ("acme", "acme-dam")
