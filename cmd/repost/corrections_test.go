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
		"Correction, March 3: the sum was wrong.", "The ferry runs again. Correction: it runs on Mondays.", "Updated on Monday, 3 March", "渡轮已复航。（更正：周一复航）", "更新于3月3日10时", "勘误",
		"この記事を修正しました。", "تم تحديث الخبر", "Toà soạn xin đính chính: số tiền là 86.000.", "В текст внесены исправления.",
	} {
		if noteIn(old, old+"\n"+line) == "" {
			t.Errorf("%q announces nothing", line)
		}
	}
	for _, line := range []string{
		"Korrektur: alt.", // was there
		"Korrekturen am Haushalt lehnte der Rat ab.", "Die Korrektur der Bilanz dauert bis Mai.", "The incorrected sheets were burnt.", "La rectification du budget est votée.",
		"Le cours de la Bourse subit une correction.", "The correction of the river bed will cost millions.", "訂正印を押した書類が見つかった。", "更正税款的通知昨天寄到了镇上。",
		"Đính chính sách giáo khoa là việc của Bộ.", "修订后的章程明天公布。", "Corrections, he said, would take years.", "Update-Dienste fielen am Montag aus.", "Das Register wird aktualisiert um neue Einträge.",
		"An update on the flood was expected.", "市は計画を修正しました。", "تم تحديث القوانين القديمة.", "Der Kurs fiel nach einer Korrektur. Korrekturen folgen oft.", "最后更新的是屋顶。", "草案已作修改。",
	} {
		if note := noteIn(old, old+"\n"+line); note != "" {
			t.Errorf("%q announces %q", line, note)
		}
	}
}
