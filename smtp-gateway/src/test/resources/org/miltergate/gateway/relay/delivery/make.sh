#!/bin/sh
# Makes the keys and certificates of next hops in the tests. Run in this directory with OpenSSL 3;
# what it makes is checked in. The password of each store is "secret".
set -e
. ../authority.sh

store() { # name, ca, names, end
  signed "$1" "/CN=mx.test" "$2" "subjectAltName=$3" "$4" $curve
  openssl pkcs12 -export -in "$1.pem" -inkey "$1.key" -certfile "$2.pem" -passout pass:secret \
    -out "$1.p12"
  rm "$1.key" "$1.pem"
}

ca ca "/O=Miltergate tests/CN=Next hop CA"
ca unknown-ca "/O=Another house"
store good ca "DNS:mx.test,DNS:localhost,IP:127.0.0.1" $end
store expired ca "DNS:mx.test,DNS:localhost,IP:127.0.0.1" 20210101000000Z
store other-name ca "DNS:other.test" $end
store unknown unknown-ca "DNS:mx.test,DNS:localhost,IP:127.0.0.1" $end
rm ca.key unknown-ca.key unknown-ca.pem
