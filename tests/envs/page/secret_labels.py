"""What fields are called that hold secrets, and what others are called."""

from __future__ import annotations

from tests.envs.page.order_labels import listed

SECRETS = listed(
    """
    Password|Your password|Confirm password|New password|Repeat password|Passcode|Passphrase|
    PIN|Enter your PIN|4-digit PIN|Card number|Credit card|Credit card number|Card no.|Card #|
    Debit card number|Number on card|Name on card|Cardholder name|Card holder|Expiry|
    Expiry date|Expiration date (MM/YY)|Exp. date|Valid thru|Good thru|CVV|CVC|CVV/CVC|
    Security code|Card security code|Card verification value|3 digits on the back of your card|
    Verification code|Enter the code we sent to your phone|Enter the 6-digit code|Code from SMS|
    SMS code|Text message code|One-time code|One-time passcode|OTP|Enter OTP|Two-factor code|
    2FA code|Authenticator code|Code from your authenticator app|Login code|Confirmation code|
    Access code|Backup code|Recovery code|Recovery phrase|Seed phrase|Private key|Secret key|
    API key|Access token|Account number|IBAN|BIC / SWIFT|Sort code|Routing number|
    Social Security Number|SSN|Last 4 of SSN|Tax ID|Passport number|Passport no.|
    Driver's license number|National ID|National Insurance number|ID card number|
    Gift card number|Gift card PIN|Gift card code|Mother's maiden name|Security question answer|
    Memorable word|MM/YY|MM / YYYY|Passwort|Ihr Passwort|Neues Passwort|Passwort wiederholen|
    Kennwort|Geheimzahl|Kartennummer|Kreditkartennummer|Karten-Nr.|Karteninhaber|
    Name auf der Karte|Gültig bis|Ablaufdatum|Prüfziffer|Prüfnummer|Kartenprüfnummer|
    Sicherheitscode|Sicherheitsnummer|Bestätigungscode|Code aus der SMS|SMS-Code|SMS-TAN|TAN|
    mTAN|TAN eingeben|Einmalpasswort|Einmalcode|Freigabecode|Zugangscode|Zwei-Faktor-Code|
    Kontonummer|Bankleitzahl|Sozialversicherungsnummer|Ausweisnummer|Reisepassnummer|Steuer-ID|
    Geschenkkartennummer|Mot de passe|Confirmer le mot de passe|Numéro de carte|
    Numéro de la carte bancaire|Carte bancaire|Titulaire de la carte|Nom sur la carte|
    Date d'expiration|Date de validité|Cryptogramme|Cryptogramme visuel|Code de sécurité|
    Code de vérification|Code reçu par SMS|Code à usage unique|Code secret|Code confidentiel|
    Numéro de compte|Numéro de sécurité sociale|Numéro de passeport|Contraseña|
    Confirmar contraseña|Número de tarjeta|Número de la tarjeta|Titular de la tarjeta|
    Fecha de caducidad|Fecha de vencimiento|Código de seguridad|Código CVV|
    Código de verificación|Código recibido por SMS|Clave|Clave de acceso|Número de cuenta|DNI|
    Pasaporte|Password|Parola d'ordine|Numero carta|Numero della carta|Intestatario carta|
    Scadenza|Data di scadenza|Codice di sicurezza|Codice di verifica|Codice ricevuto via SMS|
    Codice OTP|Codice fiscale|Numero di conto|Senha|Palavra-passe|Confirmar senha|
    Número do cartão|Nome no cartão|Validade|Código de segurança|Código de verificação|
    Código recebido por SMS|CPF|Wachtwoord|Kaartnummer|Naam op de kaart|Vervaldatum|
    Beveiligingscode|Verificatiecode|Sms-code|Code uit sms|Rekeningnummer|BSN|Pincode|Hasło|
    Powtórz hasło|Numer karty|Data ważności|Kod CVV|Kod zabezpieczający|Kod z SMS|
    Kod weryfikacyjny|Kod autoryzacyjny|Numer konta|PESEL|Heslo|Číslo karty|Platnost karty|
    Bezpečnostní kód|Ověřovací kód|Kód z SMS|Heslo znovu|Rodné číslo|Jelszó|Kártyaszám|Lejárat|
    Biztonsági kód|Ellenőrző kód|SMS kód|Parolă|Parola|Numărul cardului|Data expirării|
    Cod de securitate|Cod de verificare|Cod SMS|Lösenord|Kortnummer|Giltigt till|Utgångsdatum|
    Säkerhetskod|Verifieringskod|Engångskod|Kod från SMS|Personnummer|Adgangskode|Kortnummer|
    Udløbsdato|Sikkerhedskode|Kontrolcifre|Engangskode|CPR-nummer|Passord|Utløpsdato|
    Sikkerhetskode|Engangspassord|Fødselsnummer|Salasana|Kortin numero|Voimassaoloaika|
    Turvakoodi|Vahvistuskoodi|Tekstiviestikoodi|Henkilötunnus|Parool|Kaardi number|Kehtivusaeg|
    Turvakood|Kinnituskood|Isikukood|Slaptažodis|Kortelės numeris|Patvirtinimo kodas|Parole|
    Kartes numurs|Apstiprinājuma kods|Şifre|Parola|Kart numarası|Kart üzerindeki isim|
    Son kullanma tarihi|Güvenlik kodu|Doğrulama kodu|SMS kodu|TC Kimlik No|Пароль|
    Повторите пароль|Номер карты|Срок действия|Владелец карты|CVC/CVV|Код безопасности|
    Код из СМС|Код подтверждения|Проверочный код|Одноразовый код|ПИН-код|Паспорт|СНИЛС|Пароль|
    Номер картки|Термін дії|Код підтвердження|Код із SMS|Код з СМС|Парола|Номер на карта|
    Валидна до|Код за потвърждение|Лозинка|Број картице|Κωδικός|Κωδικός πρόσβασης|
    Αριθμός κάρτας|Ημερομηνία λήξης|Κωδικός ασφαλείας|Κωδικός επαλήθευσης|Κωδικός μίας χρήσης|
    كلمة المرور|رقم البطاقة|رمز الأمان|تاريخ الانتهاء|رمز التحقق|الرقم السري|اسم حامل البطاقة|
    סיסמה|מספר כרטיס|תוקף|קוד אבטחה|קוד אימות|קוד חד פעמי|パスワード|パスワード（確認）|カード番号|カード名義人|有効期限|
    セキュリティコード|認証コード|認証番号|確認コード|ワンタイムパスワード|暗証番号|口座番号|SMSコード|비밀번호|비밀번호 확인|카드번호|카드 번호|유효기간|보안코드|
    인증번호|인증코드|OTP 번호|주민등록번호|계좌번호|密码|确认密码|卡号|信用卡号|有效期|安全码|验证码|短信验证码|动态密码|持卡人姓名|身份证号|支付密码|密碼|卡號|
    驗證碼|安全碼|Kata sandi|Nomor kartu|Masa berlaku|Kode keamanan|Kode verifikasi|Kode OTP|Mật khẩu|
    Số thẻ|Ngày hết hạn|Mã bảo mật|Mã xác nhận|Mã OTP|Lozinka|Broj kartice|Sigurnosni kod|
    Vrijedi do|Geslo|Številka kartice|Varnostna koda|รหัสผ่าน|หมายเลขบัตร|วันหมดอายุ|รหัส OTP|
    รหัสยืนยัน|पासवर्ड|कार्ड नंबर|ओटीपी|Р\u200bassword|Ρаsswоrd|
    P\u200ba\u200bs\u200bs\u200bw\u200bo\u200br\u200bd|Ｐａｓｓｗｏｒｄ|P a s s w o r d|Раѕѕwоrd|C V V|
    Card\u200bnumber|
    """
)
"""Labels of fields that hold passwords, codes, cards, accounts and papers."""

SECRET_IDENTIFIERS = listed(
    """
    password|user_password|userPassword|passwordConfirm|login[password]|pwd|pass|passwd|
    user-pass|cardNumber|card_number|payment[card_number]|credit-card-number-input|cc-number|
    ccNumber|ccnum|cc_num|cardNo|cardnum|cvv|cvc|cardCvc|card-cvv|cvv2|securityCode|
    security_code|card_code|expDate|exp_month|expMonth|expiryMonth|card-expiry|cc-exp|otp|
    otpCode|otp_code|smsCode|sms_code|verificationCode|verification-code|twoFactorCode|
    two_factor_token|totp|mfaCode|authCode|pin|pinCode|pin_code|iban|accountNumber|account_no|
    routingNumber|sortCode|ssn|socialSecurityNumber|passportNumber|taxId|apiKey|api_key|
    secretKey|client_secret|privateKey|seedPhrase|recoveryPhrase|giftCardNumber|giftcard_pin|
    cardHolderName|holderName_card|nameOnCard|kartennummer|pruefziffer|passwort|mot_de_passe|
    motDePasse|contrasena|numeroTarjeta|numero_tarjeta|codigoSeguridad|senha|heslo|haslo|
    wachtwoord|
    """
)
"""Names and ids of such fields."""

OTHERS = listed(
    """
    Search|Search products|Quantity|Qty|Menge|Email|E-mail address|Name|First name|Full name|
    Postcode|ZIP / Postal code|PLZ|Code postal|Código postal|City|Street address|House number|
    Address line 2|Country|Country code|Area code|Phone|Phone number|Mobile number|
    Telefonnummer|Coupon|Coupon code|Promo code|Discount code|Discount code or gift card|
    Gift card or discount code|Voucher code|Gutscheincode|Rabattcode|Code promo|
    Code de réduction|Codice sconto|Referral code|Invite code|Company|VAT number|Order number|
    Customer number|Tracking number|Delivery note|Comments|Gift message|Message on the card|
    Date of birth|Birthday|Size|Colour|Price from|Min price|Max price|Username|User name|
    Nickname|Title|Subject|Review|Your review|Rating|Number of guests|Room number|Flight number|
    Check-in date|Arrival|Passengers|Language|Currency|Product code|Item number|SKU|Barcode|
    Model number|Serial|Weight|Height|Amount|Donation amount|Message|Note to seller|
    Enter a valid number|Tell us your name so the courier can find you|Secretary|Tagesliste|
    Gesellschaft|Suche|Vorname|Nachname|Straße|Ort|Land|Nachricht|Prénom|Nom|Ville|Adresse|
    Téléphone|Nombre|Apellidos|Ciudad|Dirección|Teléfono|Nome|Cognome|Città|Indirizzo|Imię|
    Nazwisko|Miasto|Ulica|Jméno|Město|Sök|Namn|Ort|Adress|Navn|By|Nimi|Kaupunki|Ad|Soyad|Şehir|
    Имя|Фамилия|Город|Адрес|Телефон|Поиск|Количество|名前|お名前|郵便番号|住所|電話番号|検索|数量|이름|주소|우편번호|검색|수량|
    姓名|地址|邮编|搜索|数量|优惠码|クーポンコード|쿠폰|Confirm postal code|Confirm your email|Confirm phone number|
    Card message|Recipient name|Delivery pincode|Enter pincode to check delivery|
    """
)
"""Labels of fields that hold no secret."""

OTHER_IDENTIFIERS = listed(
    """
    q|query|email|newsletter_email|firstName|last_name|zip_code|postalCode|couponCode|
    promo_code|order_id|spinner|shipping_address|billing_address[city]|state|region|
    """
)
"""Names and ids of such fields."""
