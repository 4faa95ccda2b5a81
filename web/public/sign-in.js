// Presses the button of a one-time link, so that people need not and previews of messengers do not.
document.forms[0].submit();
