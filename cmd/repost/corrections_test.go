package main

import "testing"

func TestAnnounced(t *testing.T) {
	const old = "The winter ferry costs 86,000 crowns a month.\nKorrektur: alt."
	for _, line := range []string{
		"更正：此前版本中的数字有误。", "更正啟事：本報昨日報導金額有誤。", "【訂正】記事中の人数に誤りがありました。", "※初出時、金額に誤りがありました。お詫びして訂正いたします。",
		"Correction: an earlier version gave a wrong sum.", "This article was updated on 3 March.", "EDITOR’S NOTE: the sum was wrong.",
		"Korrektur: In einer früheren Fassung war der Schaden zu niedrig angegeben.", "(Berichtigung)", "Aktualisiert am 3. März 2025, 10:15 Uhr", "– Nachtrag 3. März: Der Schaden ist höher.",
		"تصحيح: ورد في نسخة سابقة رقم خاطئ.", "Đính chính: bản trước ghi sai số tiền.", "Rectificatif : une version précédente donnait un chiffre erroné.", "Fe de errores: una versión anterior daba una cifra equivocada.",
		"Исправлено: в предыдущей версии была неверная сумма.", "[정정] 기사 중 인원수를 바로잡습니다.", "Sprostowanie", "แก้ไข: ตัวเลขในข่าวก่อนหน้านี้ไม่ถูกต้อง",
	} {
		if noteIn(old, old+"\n"+line) == "" {
			t.Errorf("%q announces nothing", line)
		}
	}
	for _, line := range []string{
		"Korrektur: alt.", // was there
		"Korrekturen am Haushalt lehnte der Rat ab.", "Die Korrektur der Bilanz dauert bis Mai.", "The incorrected sheets were burnt.", "La rectification du budget est votée.",
	} {
		if note := noteIn(old, old+"\n"+line); note != "" {
			t.Errorf("%q announces %q", line, note)
		}
	}
}
