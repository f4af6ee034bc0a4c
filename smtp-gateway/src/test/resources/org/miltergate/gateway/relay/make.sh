#!/bin/sh
# Makes the keys and certificates of next hops in the tests. Run in this directory with OpenSSL 3;
# what it makes is checked in. The password of each store is "secret".
set -e
days=36500

ca() { # name, subject
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days $days \
    -keyout "$1.key" -out "$1.pem" -subj "$2" -addext basicConstraints=critical,CA:TRUE
}

store() { # name, ca, names, days
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" \
    -out "$1.csr" -subj "/CN=mx.test"
  echo "subjectAltName=$3" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" \
    -extfile "$1.ext" -out "$1.crt"
  openssl pkcs12 -export -in "$1.crt" -inkey "$1.key" -certfile "$2.pem" -passout pass:secret \
    -out "$1.p12"
  rm "$1.key" "$1.csr" "$1.ext" "$1.crt"
}

ca ca "/O=Miltergate tests/CN=Next hop CA"
ca unknown-ca "/O=Another house"
store good ca "DNS:mx.test,DNS:localhost,IP:127.0.0.1" $days
store expired ca "DNS:mx.test,DNS:localhost,IP:127.0.0.1" -1
store other-name ca "DNS:other.test" $days
store unknown unknown-ca "DNS:mx.test,DNS:localhost,IP:127.0.0.1" $days
rm -f ca.key unknown-ca.key unknown-ca.pem ./*.srl
