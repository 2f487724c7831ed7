//! "We have your message", in the customer's language.

/// Says that the ticket arrived and when to expect an answer; in English where the language is not
/// in the table.
pub(crate) fn text(language: &str, order: Option<&str>) -> String {
    let text = TEXTS.iter().find(|(code, _)| *code == language).unwrap_or(&TEXTS[0]).1;
    let order = order.map(|order| format!(" ({order})")).unwrap_or_default();
    text.replace("{order}", &order)
}

/// For a ticket that says nothing, in no language.
pub(crate) const EMPTY: &str =
    "Your message reached us without any text. Please write to us again.";

const TEXTS: [(&str, &str); 17] = [
    ("en", "Thank you, your message{order} has arrived. We will answer within a few days."),
    ("de", "Vielen Dank, Ihre Nachricht{order} ist angekommen. Wir antworten in wenigen Tagen."),
    ("fr", "Merci, votre message{order} est bien arrivé. Nous répondrons sous quelques jours."),
    ("es", "Gracias, hemos recibido su mensaje{order}. Responderemos en unos días."),
    ("it", "Grazie, il suo messaggio{order} è arrivato. Risponderemo entro pochi giorni."),
    ("pt", "Obrigado, a sua mensagem{order} chegou. Responderemos dentro de poucos dias."),
    ("nl", "Bedankt, uw bericht{order} is aangekomen. Wij antwoorden binnen enkele dagen."),
    ("pl", "Dziękujemy, wiadomość{order} dotarła. Odpowiemy w ciągu kilku dni."),
    ("tr", "Teşekkürler, mesajınız{order} bize ulaştı. Birkaç gün içinde yanıtlayacağız."),
    ("sv", "Tack, ditt meddelande{order} har kommit fram. Vi svarar inom några dagar."),
    ("cs", "Děkujeme, Vaše zpráva{order} dorazila. Odpovíme během několika dnů."),
    ("ru", "Спасибо, ваше сообщение{order} получено. Мы ответим в течение нескольких дней."),
    ("uk", "Дякуємо, ваше повідомлення{order} отримано. Ми відповімо за кілька днів."),
    ("ar", "شكرا، وصلتنا رسالتك{order}. سنجيبك خلال بضعة أيام."),
    ("ja", "メッセージ{order}を受け取りました。数日以内にお返事いたします。"),
    ("zh", "感谢您,我们已收到您的信息{order},将在几天内答复。"),
    ("ko", "감사합니다. 메시지{order}를 받았습니다. 며칠 안에 답변드리겠습니다."),
];
