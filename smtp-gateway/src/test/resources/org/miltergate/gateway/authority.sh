# For make.sh of the folders here: authorities and certificates of tests, by OpenSSL 3. They are
# valid from 2020 on, for 100 years, so that the tests do not depend on the day of a machine.
begin=20200101000000Z
end=21200101000000Z
curve="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
books=$(mktemp -d)
trap 'rm -r "$books"' EXIT
: > "$books/index"
cat > "$books/ca.cnf" <<CONFIG
[ca]
default_ca = tests
[tests]
database = $books/index
new_certs_dir = $books
default_md = sha256
rand_serial = yes
unique_subject = no
policy = anything
[anything]
organizationName = optional
commonName = optional
CONFIG

issue() { # name, extensions, end, options that say who signs...
  name=$1 extensions=$2 until=$3
  shift 3
  echo "$extensions" > "$books/extensions"
  openssl ca -batch -config "$books/ca.cnf" -preserveDN -notext -in "$name.csr" \
    -extfile "$books/extensions" -startdate $begin -enddate "$until" "$@" -out "$name.pem"
  rm "$name.csr"
}

ca() { # name, subject
  openssl req -new $curve -nodes -keyout "$1.key" -out "$1.csr" -subj "$2"
  issue "$1" "subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
basicConstraints=critical,CA:TRUE" $end -selfsign -keyfile "$1.key"
}

signed() { # name, subject, ca, extension, end, key options...
  name=$1 subject=$2 by=$3 extension=$4 until=$5
  shift 5
  openssl req -new "$@" -nodes -keyout "$name.key" -out "$name.csr" -subj "$subject"
  issue "$name" "$extension" "$until" -cert "$by.pem" -keyfile "$by.key"
}
