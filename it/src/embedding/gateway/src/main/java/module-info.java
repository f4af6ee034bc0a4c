/** Requires no more than the gateway. */
module example {
  requires org.miltergate.gateway;
}
