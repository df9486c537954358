// The words by which fields with secrets are known, as data; written as in phrases.js. The phrases
// that stand for themselves are in `secret` there.

Object.assign(WORDS, {
  // Says it wherever it stands in a word: compounds and endings in many languages.
  secretStems: `
    zwei faktor|confidentiel|numero de compte|securite sociale|numero de passeport|numero de cuenta|numero di conto|giltigt t|tekstiviestikood|kart uzerin|smsコ|सत्यापन कोड|सुरक्षा कोड|समाप्ति तिथि|गुप्त|कार्ड नंबर|पासवर्ड|
    passwor|passwrd|passwd|passcod|passphras|passwo|pasword|kennwor|losungswor|passord|losenord|losen ord|wachtwoor|adgangskod|adgangsord|motdepasse|mot de pass|
    contrasen|contrasenya|contrasinal|palavra passe|palavrapasse|palavra chave|haslo|hasla|heslo|hesla|jelszo|jelszav|salasan|parool|parooli|slaptazod|
    lozink|zaporka|zaporko|sifre|parola|lykilor|leyniord|pasahitz|fjalekalim|кодовое слово|парол|лозинк|шифр доступ|συνθηματικ|κωδικος προσβασ|κωδικο προσβασ|
    كلمه المرور|كلمة المرور|كلمة مرور|كلمة السر|كلمه السر|الرقم السري|رمز السر|گذرواژه|رمز عبور|סיסמ|password|
    geheim|zugangscode|zugangsdat|prufnumm|prufziff|prufcod|prufzahl|kartenpruf|kontrollziff|kontrollnumm|sicherheitscod|sicherheitszah|sicherheitszif|sicherheitsnum|sicherheitsschl|
    bestatigungscod|verifizierungscod|verifikationscod|freischaltcod|freigabecod|aktivierungscod|einmalcod|einmalkenn|einmalpin|authentifizierungscod|authentisierungscod|
    kartennumm|kartennr|kreditkart|debitkart|bankkart|girokart|ec karte|karteninhab|ablaufdat|verfallsdat|gultig bis|gultigkeit|kontonumm|bankverbind|bankleitzahl|
    sozialversicherungsn|ausweisnumm|passnumm|reisepassn|personalausweis|fuhrerscheinn|steuernumm|steuer id|steueridentifik|versichertennumm|
    cryptogram|cryptograph|securitecode|code securite|carte bancaire|carte bleue|carte de credit|carte de debit|titulaire de la carte|date d expiration|date de validite|
    tarjeta|caducidad|vencimiento|titular de|codigo de segur|codigo de verif|numero secreto|seguridad social|pasaporte|documento de identidad|
    carta di credito|carta di debito|numero carta|numero di carta|numero della carta|intestatario|scadenza|codice di sicur|codice di verif|codice segret|codice fiscale|passaporto|
    cartao|validade|codigo de seguranc|numero do cartao|titular do cart|palavra secreta|senha|passaporte|
    kaartnumm|creditcard|betaalkaart|bankpas|pasnumm|kaarthoud|vervaldat|vervalt|veiligheidscod|beveiligingscod|verificatiecod|rekeningnumm|burgerservice|paspoort|
    numer karty|nr karty|karty kredyt|karty platn|kod zabezpiecz|kod weryfik|kod autoryz|data waznosci|wazna do|wlasciciel karty|posiadacz karty|numer konta|numer rachunku|paszport|
    cislo karty|kreditni kart|platebni kart|platebna kart|platnost kart|platnost do|drzitel kart|bezpecnostni kod|bezpecnostny kod|overovaci kod|overovaci kod|cislo uctu|rodne cislo|cislo pasu|
    kartyaszam|bankkarty|hitelkarty|lejarat|biztonsagi kod|ellenorzo kod|megerosito kod|kartyabirtok|bankszamlaszam|utlevel|
    numarul cardului|numar card|numarul de card|card de credit|data expirarii|cod de securitate|cod de verificare|titularul cardului|cod numeric personal|pasaport|
    kortnumm|kortets nummer|kredittkort|kreditkort|kontokort|betalkort|betalingskort|bankkort|kortinnehav|kortholder|kortinneh|sakerhetskod|sikkerhetskod|sikkerhedskod|kontrolcif|kontrollsif|verifieringskod|verifikationskod|
    bekraftelsekod|engangskod|engangspass|giltig till|giltighet|utgangsdat|utlopsdat|udlobsdat|udlobs dat|gyldig til|gyldighet|kontonum|personnum|fodselsnum|cpr num|cprnum|pass numm|
    korttinum|kortin num|luottokort|pankkikort|maksukort|turvakood|turvakoodi|varmennuskood|vahvistuskood|kertakayttois|voimassaolo|voimassa|kortinhalt|henkilotun|tilinum|
    kaardi num|kaardinum|krediitkaar|turvakood|kinnituskood|kehtivus|isikukood|korteles num|saugos kod|patvirtinimo kod|galiojim|kartes num|drosibas kod|apstiprinajuma kod|deriguma|
    kart numara|kredi kart|banka kart|kart sahib|guvenlik kod|dogrulama kod|onay kod|son kullanma|tek kullanimlik|kimlik no|kimlik numara|
    номер карт|номер кредит|номер банков|банковская карт|кредитная карт|владелец карт|держатель карт|имя на карт|срок деист|деиствительна до|годна до|код безопас|код подтвержд|код провер|проверочный код|проверочныи код|код из|код с обратн|смс код|
    одноразов|секретн|кодовое|пинкод|пин код|номер счета|паспорт|снилс|номер картки|термін діі|термін дії|діисна до|код перевір|код підтвердж|власник карт|секретни|номер рахунк|
    номер на карт|валидност|валидна до|код за сигурн|код за потвърж|титуляр на карт|броj картиц|броj карте|број картиц|број карт|сигурносни код|
    αριθμος καρτ|αριθμο καρτ|κωδικος ασφαλ|κωδικος επαληθ|κωδικος επιβεβ|κωδικος μιας|ημερομηνια ληξ|κατοχος καρτ|κατοχου καρτ|αφμ|διαβατηρι|
    رقم البطاق|رقم بطاق|رمز الامان|رمز الأمان|رمز التحقق|رمز التأكيد|رمز التاكيد|تاريخ الانتهاء|تاريخ انتهاء|حامل البطاقة|بطاقة الائتمان|رقم الحساب|الايبان|جواز السفر|شماره کارت|تاریخ انقضا|کد تایید|رمز دوم|
    מספר כרטיס|כרטיס אשראי|תוקף|קוד אבטח|קוד אימות|קוד אישור|קוד חד פעמי|בעל הכרטיס|תעודת זהות|מספר חשבון|
    nomor kartu|kartu kredit|kartu debit|kode keamanan|kode verifikasi|kode otp|kata sandi|kata kunci|masa berlaku|nomor rekening|mat khau|ma bao mat|ma xac minh|ma xac nhan|ma xac thuc|ngay het han|so tai khoan|the tin dung|
    broj kartice|kreditna kartic|kreditne kartic|bankovna kartic|sigurnosni kod|sigurnosna sifra|kontrolni kod|vrijedi do|vazi do|datum isteka|vlasnik kartic|stevilka kartic|kreditna kartic|varnostna kod|veljavn|velja do|imetnik kartic|potrditvena kod|
    credit card|creditcard|debit card|debitcard|card num|cardnum|card code|cardcode|card holder|cardholder|card owner|name on card|nameoncard|card verif|card secur|card exp|cardexp|card cv|cardcv|bank card|payment card|gift card num|giftcard num|giftcardnum|
    gift card code|gift card pin|gift card key|expiry|expiration|expires|expiration|valid thru|valid until|valid to|valid through|good thru|exp date|expdate|exp month|expmonth|exp year|expyear|security code|securitycode|verification code|verificationcode|verify code|confirmation code|
    authentication code|authenticator|auth code|authcode|two factor|twofactor|2 factor|2fa|multi factor|one time|onetime|otp code|login code|access code|accesscode|backup code|recovery code|activation code|unlock code|sms code|smscode|
    private key|privatekey|recovery phrase|recovery key|seed phrase|seedphrase|mnemonic|keystore|key phrase|api key|apikey|access key|accesskey|access token|auth token|bearer token|license key|licence key|client secret|encryption key|signing key|
    account num|accountnum|routing num|routingnum|sortcode|bank code|social secur|socialsecur|national insur|taxid|taxpayer|tax num|passport|driver s licen|drivers licen|driver licen|driving licen|identity number|identity card|id card num|
    insurance num|medicare|aadhaar|aadhar|pan number|security question|security answer|secret question|maiden name|memorable word|memorable info|pin code|pincode|back of the card|back of your card|back of card|digits on`,
  // The same in scripts without spaces.
  secretJoined: 'パスワード|暗証|認証|カード番号|クレジットカード|デビットカード|カード名義|セキュリティコ|セキュリティ番号|有効期限|確認コード|検証コード|ワンタイム|口座番号|秘密|合言葉|マイナンバー|暗号|旅券|免許証番号|ギフトカード番号|ギフト券番号|비밀|암호|카드번호|카드 번호|카드번호|카드소유|유효기간|만료일|보안코드|보안번호|인증번호|인증코드|확인코드|주민등록|계좌번호|여권번호|일회용|密码|密碼|口令|卡号|卡號|信用卡|借记卡|借記卡|银行卡|銀行卡|有效期|到期日|安全码|安全碼|验证码|驗證碼|校验码|校驗碼|确认码|確認碼|动态码|動態碼|短信码|授权码|持卡人|身份证|身分證|护照|護照|账号密|银行账|銀行帳|助记词|私钥|密钥|密鑰|รหัสผ่าน|รหัสลับ|รหัสความปลอดภัย|รหัสยืนยัน|รหัสตรวจสอบ|รหัส otp|รหัสotp|หมายเลขบัตร|เลขบัตร|วันหมดอายุ|บัตรเครดิต|เลขบัญชี|पासवर्ड|कार्ड नंबर|सत्यापन कोड|ओटीपी|सुरक्षा कोड|समाप्ति तिथि|गुप्त|पिन',
  // Says it alone, as a word of its own.
  secretWords: `
    ओटीपी|पिन|secret|secrets|geslo|gesla|parole|clave|card no|card nr|cardno|account no|acc no|kart no|id number|id no|national id|tax id|tax no|tax number|sort code|so the tin dung|so the ngan hang|ma otp|pin|pins|pinnr|otp|totp|hotp|tan|mtan|itan|smstan|chiptan|pushtan|phototan|cvv|cvv2|cvc|cvc2|cvn|cvn2|csc|cid|cvd|ccv|kvv|pwd|pswd|psw|passwd|pw|pwort|
    ssn|iban|bic|swift|bban|blz|puk|mfa|2fa|tfa|2sv|nip|pesel|cnp|dni|nif|cpf|cnpj|curp|bsn|ahv|svnr|egn|oib|jmbg|emso|amka|snils|инн|снилс|пин|pinkod|pinkoodi|pinkode|
    ccnum|ccnumber|ccn|ccno|ccexp|cccvc|cccvv|cccsc|cvccode|ccname|cardpin|passcode|passkey|pass key|passphrase|mnemonic|credentials|credential|token|jwt|creditcard|exp|expiry|expires|expiration|mmyy|mmyyyy|
    рін|код пін|пін|κωδικος|sicherheitsabfrage|sicherheitsfrage|sicherheitsantwort`,
  // Of identifiers only: too common as words.
  secretIdentifiers: `
    pass|passwd|pwd|pw|psw|pword|passw|userpass|user pass|login pass|upass|pass1|pass2|mdp|clave|senha|auth|authcode|vcode|smscode|otpcode|code2fa|seckey|cardnr|card nr|ccmonth|ccyear|cc month|cc year|card month|card year|mm yy|
    stripe|braintree|adyen|cvcinput|pan|primary account number|encrypted card|acct|acctno|mat khau|sifre|parol`,
  // A code is a secret when it is for one of these.
  codeWords: `
    code|codes|kode|koden|kod|kodu|kodi|koodi|koodin|kood|kodas|kods|koda|codigo|codice|codi|cod|codul|code|passcode|
    код|коду|кода|шифр|κωδικο*|κωδικου|رمز|كود|کد|קוד|shifra|sifra`,
  codeFor: `
    security|secure|secret|verification|verify|verifying|verif|authentic*|authoriz*|authoris*|auth|login|log in|sign in|signin|access|sms|text message|texted|phone message|tan|otp|one time|onetime|single use|two factor|2fa|mfa|2 step|two step|
    sent to|sent you|we sent|we ve sent|emailed|received|authenticator|app|unlock|activation|backup|recovery|cvv|cvc|card|confirmation|confirm|back of|on the back|3 digit|3 digits|three digit|4 digit|6 digit|6 digits|six digit|whatsapp|passcode|pin|bank|safe|door|alarm|
    sicherheit*|pruf*|bestatig*|freigabe*|freischalt*|zugang*|verifizier*|verifik*|einmal*|anmelde*|geheim*|kart*|aktivier*|erhalten|gesendet|zugesandt|per sms|
    securite|verification|verifier|confirmation|acces|secret|unique|usage unique|recu|envoye|validation|carte|activation|
    seguridad|verificacion|confirmacion|acceso|secreto|autenticacion|recibido|enviado|unico|validacion|activacion|sicurezza|verifica|conferma|accesso|segreto|ricevuto|inviato|
    seguranca|verificacao|confirmacao|acesso|secreto|recebido|enviado|autenticacao|beveilig*|veiligheid*|verificatie*|bevestig*|toegang*|ontvangen|eenmalig*|
    weryfik*|zabezpiecz*|potwierdz*|dostep*|autoryz*|otrzyman*|jednorazow*|tajny|overov*|bezpecn*|potvrz*|potvrd*|pristup*|autoriz*|jednoraz*|
    ellenorz*|biztonsag*|megerosit*|belepes*|egyszer*|verific*|securit*|confirm*|acces|unic*|verifier*|sakerhet*|bekraft*|engang*|tillfallig*|inlogg*|
    sikkerhed*|sikkerhet*|bekraeft*|bekreft*|verifik*|adgang*|tilgang*|login|vahvist*|turva*|varmen*|kertakaytt*|kirjaut*|kinnit*|turva*|uhekord*|
    patvirt*|saugos|vienkart*|apstipr*|drosib*|vienreiz*|dogrula*|guvenlik|onay|tek kullanim*|giris|
    подтвержд*|проверо*|проверк*|безопас*|смс|sms|сообщени*|одноразов*|секретн*|доступ*|входа|авториз*|підтвердж*|перевір*|безпек*|одноразов*|
    потвърж*|сигурн*|проверк*|потврд*|επιβεβαι*|ασφαλ*|επαληθ*|μιας χρησης|προσβασ*|
    تحقق|التحقق|تأكيد|التأكيد|التاكيد|الامان|الأمان|الامن|الدخول|السري|سري|تایید|امنیتی|אימות|אבטחה|אישור|חד פעמי|כניסה|סודי|
    verifikasi|keamanan|konfirmasi|rahasia|akses|xac minh|xac nhan|bao mat|xac thuc|potvrd*|sigurn*|provjer*|varnost*|potrdit*|
    paypal|bankid|mitid|idin|google|steam`,
  // A card is a secret by these of its parts.
  cardWords: 'card|cards|cc|karte|karten|kart|karti|kort|kortet|carte|tarjeta|carta|cartao|kaart|karta|karty|kartu|kartya|kartica|kartice|kortti|kortin|kaardi|kaart|kortele|korteles|карта|карты|картки|картка|карту|картица|картице|καρτα|καρτας|بطاقة|البطاقة|کارت|כרטיס|kartu|bankkort',
  cardParts: 'number|numbers|no|nr|num|nummer|numero|numer|numara*|nomor|cislo|szam|szama|numarul|numer|номер|номеру|αριθμος|رقم|מספר|so|holder|owner|name|nombre|nom|nome|naam|namn|navn|nimi|имя|code|kod|kode|codigo|codice|pin|cvv|cvc|csc|verification|security|expiry|exp|expires|expiration|valid|validity|month|year|mm|yy|monat|jahr|mois|mes|mese|inhaber|titulaire|titular|titolare|houder|halter|innehaver|haltija',
  // Codes that are told to everybody.
  plainCodes: `
    postal|postal code|zip|zip code|post code|postcode|country code|area code|dialing code|dialling code|calling code|phone code|coupon|coupon code|promo|promo code|promotion code|
    promotional code|discount code|discount|voucher|voucher code|offer code|referral code|invite code|invitation code|product code|item code|article code|style code|colour code|color code|
    qr code|bar code|barcode|language code|currency code|airport code|station code|store code|partner code|agent code|affiliate code|booking code|tracking code|gutscheincode|rabattcode|aktionscode|
    landercode|landesvorwahl|code postal|code promo|code de reduction|code reduction|code parrainage|codigo postal|codigo promocional|codigo de descuento|codice sconto|codice promozionale|
    codice postale|codigo de desconto|kod pocztowy|kod rabatowy|slevovy kod|kortingscode|kuponkod|rabattkod|rabattkode|rabatkode|почтовыи код|код города|код страны|промокод`,
  // Plainly no secret, whatever stands around.
  plainFields: `
    search|suche|suchen|recherche|buscar|busqueda|cerca|pesquisa|zoeken|szukaj|hledat|quantity|qty|amount|menge|anzahl|quantite|cantidad|quantita|quantidade|aantal|ilosc|mnozstvi|
    email|e mail|mail|mail address|email address|e mail address|correo|courriel|posta|e posta|почта|username|user name|login name|user|nickname|benutzername|benutzer|nutzername|utilisateur|identifiant|usuario|utente|utilizador|gebruikersnaam|uzytkownik|uzivatel|логин|
    name|first name|last name|firstname|lastname|full name|given name|family name|surname|middle name|vorname|nachname|prenom|nom|nombre|apellido|apellidos|nome|cognome|sobrenome|voornaam|achternaam|imie|nazwisko|jmeno|prijmeni|fornamn|efternamn|имя|фамилия|
    postcode|post code|postal code|postalcode|zip|zip code|zipcode|zip postal code|postleitzahl|plz|code postal|codigo postal|cp|cap|cep|kod pocztowy|psc|iranyitoszam|postnummer|postinumero|posta kodu|индекс|почтовыи индекс|郵便番号|우편번호|邮编|邮政编码|郵遞區號|
    city|town|street|address|address line|state|country|region|province|county|ort|stadt|strasse|adresse|land|ville|rue|pays|ciudad|calle|direccion|pais|citta|via|indirizzo|paese|cidade|rua|endereco|stad|straat|adres|miasto|ulica|mesto|ulice|company|firma|
    phone|telephone|mobile|tel|phone number|telefon|telefonnummer|telephone number|mobile number|handynummer|telefono|telefone|телефон|電話番号|전화번호|电话|手机号|date of birth|birthday|birth date|geburtsdatum|
    coupon|coupon code|couponcode|coupon codes|promo|promo code|promocode|promotion code|promotional code|discount|discount code|discountcode|voucher|voucher code|vouchercode|offer code|referral code|gutschein|gutscheincode|rabattcode|aktionscode|code promo|code de reduction|bon de reduction|
    codigo promocional|codigo de descuento|cupon|codice sconto|codice promozionale|cupom|codigo de desconto|kortingscode|kod rabatowy|slevovy kod|kuponkod|kuponkod|rabattkod|rabatkode|rabattkode|промокод|купон|割引コード|クーポン|クーポンコード|쿠폰|쿠폰코드|优惠码|優惠碼|优惠券|
    comment|comments|message|note|notes|order note|nachricht|kommentar|bemerkung|message to seller|commentaire|comentario|messaggio|opmerking|gift message|subject|title|order number|order id|ordernumber|bestellnummer|customer number|kundennummer|tracking number|sku|article number|artikelnummer|size|colour|color`,
});
