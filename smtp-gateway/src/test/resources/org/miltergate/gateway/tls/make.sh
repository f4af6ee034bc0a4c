#!/bin/sh
# Makes the keys and certificates of the tests. Run in this directory with OpenSSL 3; what it makes
# is checked in. The password of everything encrypted is "secret".
set -e
. ../authority.sh
san="subjectAltName=DNS:mx.test,DNS:localhost,IP:127.0.0.1"

ca ca "/O=Miltergate tests/CN=Test CA"
ca other-ca "/O=Another house"
signed rsa "/CN=mx.test" ca "$san" $end -newkey rsa:2048
signed ec "/CN=mx.test" ca "$san" $end $curve
signed ed25519 "/CN=mx.test" ca "$san" $end -newkey ed25519
signed renewed "/CN=renewed.test" ca "$san" $end -newkey rsa:2048
signed client "/O=Clients/CN=client.test" ca extendedKeyUsage=clientAuth $end -newkey rsa:2048
signed stranger "/CN=stranger.test" other-ca extendedKeyUsage=clientAuth $end -newkey rsa:2048
ca named-ca "/CN=Test CA of named.test"
signed named "/CN=named.test" named-ca "subjectAltName=DNS:named.test,DNS:*.named.test" $end \
  -newkey rsa:2048
rm ca.key other-ca.key named-ca.*

openssl rsa -in rsa.key -traditional -out rsa-pkcs1.key
openssl rsa -in rsa.key -traditional -aes128 -passout pass:secret -out rsa-old-encrypted.key
openssl pkcs8 -topk8 -in rsa.key -passout pass:secret -out rsa-encrypted.key
openssl pkcs8 -topk8 -in rsa.key -v1 PBE-SHA1-3DES -passout pass:secret -out rsa-pbes1.key
openssl ec -in ec.key -out ec-sec1.key
openssl pkcs8 -topk8 -in ec.key -passout pass:secret -out ec-encrypted.key
openssl ecparam -name prime256v1 | cat - ec-sec1.key > ec-with-parameters.key
cat ec.pem ca.pem ec-sec1.key > ec-all.pem
openssl pkcs12 -export -in rsa.pem -inkey rsa.key -certfile ca.pem -passout pass:secret \
  -out rsa.p12
