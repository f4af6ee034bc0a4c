package org.miltergate.gateway.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A name server on a free port of the loopback, UDP and TCP, that can misbehave.
 *
 * <p>It answers with what was put into it, aliases included, and {@code NXDOMAIN} for other names.
 */
public final class DnsServer implements AutoCloseable {
  private static final int UDP_BYTES = 1232;
  private static final long TTL = 300;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Record> records = new CopyOnWriteArrayList<>();
  private final Set<Name> silent = ConcurrentHashMap.newKeySet();
  private final Set<Name> failing = ConcurrentHashMap.newKeySet();
  private final Set<Name> wrongId = ConcurrentHashMap.newKeySet();
  private final Set<Name> halfway = ConcurrentHashMap.newKeySet();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** Starts a server; a port that is free for TCP may not be so for UDP, and then tries others. */
  public static DnsServer start() throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return new DnsServer();
      } catch (BindException e) {
        if (tries == 20) {
          throw e;
        }
      }
    }
  }

  private DnsServer() throws IOException {
    tcp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    udp = udpAtPortOf(tcp);
    threads.execute(this::serveUdp);
    threads.execute(this::serveTcp);
  }

  private static DatagramSocket udpAtPortOf(ServerSocket tcp) throws IOException {
    try {
      return new DatagramSocket(tcp.getLocalPort(), tcp.getInetAddress());
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
  }

  /** Returns {@code TYPE name} for each question so far. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  public DnsServer pointer(String address, String name) throws IOException {
    return add(new PTRRecord(reverse(address), DClass.IN, TTL, name(name)));
  }

  public DnsServer pointer(String address, Name name) throws IOException {
    return add(new PTRRecord(reverse(address), DClass.IN, TTL, name));
  }

  public DnsServer address(String name, String address) throws IOException {
    InetAddress ip = InetAddress.getByName(address);
    return add(
        ip.getAddress().length == 4
            ? new ARecord(name(name), DClass.IN, TTL, ip)
            : new AAAARecord(name(name), DClass.IN, TTL, ip));
  }

  public DnsServer alias(String name, String target) throws IOException {
    return add(new CNAMERecord(name(name), DClass.IN, TTL, name(target)));
  }

  public DnsServer mx(String domain, int preference, String host) throws IOException {
    return add(new MXRecord(name(domain), DClass.IN, TTL, preference, name(host)));
  }

  public DnsServer add(Record record) {
    records.add(record);
    return this;
  }

  public static Name reverse(String address) throws UnknownHostException {
    return ReverseMap.fromAddress(address);
  }

  public static Name name(String text) throws TextParseException {
    return Name.fromString(text, Name.root);
  }

  /** Never answers questions for that name. */
  public DnsServer silentOn(Name name) {
    silent.add(name);
    return this;
  }

  /** Answers questions for that name with SERVFAIL. */
  public DnsServer failOn(Name name) {
    failing.add(name);
    return this;
  }

  /** Answers questions for that name with the id of another question. */
  public DnsServer wrongIdOn(Name name) {
    wrongId.add(name);
    return this;
  }

  /** Answers questions for that name with the first half of the answer. */
  public DnsServer halfAnswerOn(Name name) {
    halfway.add(name);
    return this;
  }

  /** Holds all answers back until {@link #release}. */
  public void hold() {
    gate = new CountDownLatch(1);
  }

  public void release() {
    gate.countDown();
  }

  private void serveUdp() {
    while (!udp.isClosed()) {
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      try {
        udp.receive(packet);
      } catch (IOException e) {
        return; // closed
      }
      byte[] question = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
      threads.execute(() -> {
        try {
          byte[] answer = answer(question, UDP_BYTES);
          if (answer.length > 0) {
            udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
          }
        } catch (IOException e) {
          return; // closed
        }
      });
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try {
        Socket client = tcp.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream input = new DataInputStream(client.getInputStream());
      DataOutputStream output = new DataOutputStream(client.getOutputStream());
      while (true) {
        byte[] answer = answer(input.readNBytes(input.readUnsignedShort()), Message.MAXLENGTH);
        output.writeShort(answer.length);
        output.write(answer);
        output.flush();
      }
    } catch (IOException e) {
      return; // the client has its answers
    }
  }

  private byte[] answer(byte[] bytes, int maxBytes) throws IOException {
    Message question = new Message(bytes);
    Record asked = question.getQuestion();
    questions.add(Type.string(asked.getType()) + " " + asked.getName());
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (silent.contains(asked.getName())) {
      return new byte[0];
    }
    int id = question.getHeader().getID();
    Message answer = new Message(wrongId.contains(asked.getName()) ? id ^ 1 : id);
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(asked, Section.QUESTION);
    List<Record> found = found(asked);
    found.forEach(record -> answer.addRecord(record, Section.ANSWER));
    if (failing.contains(asked.getName())) {
      answer.getHeader().setRcode(Rcode.SERVFAIL);
    } else if (found.isEmpty() && !exists(asked.getName())) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    byte[] wire = answer.toWire(maxBytes); // sets TC and leaves records out if it is too long
    return halfway.contains(asked.getName())
        ? java.util.Arrays.copyOf(wire, wire.length / 2)
        : wire;
  }

  private boolean exists(Name name) {
    return records.stream().anyMatch(record -> record.getName().equals(name));
  }

  /** As a recursive server: the aliases on the way, then the records. */
  private List<Record> found(Record asked) {
    List<Record> found = new ArrayList<>();
    Name name = asked.getName();
    for (int i = 0; i < 20; i++) {
      Name current = name;
      List<Record> here = records.stream().filter(r -> r.getName().equals(current)).toList();
      here.stream().filter(record -> record.getType() == asked.getType()).forEach(found::add);
      List<CNAMERecord> alias =
          here.stream().filter(CNAMERecord.class::isInstance).map(CNAMERecord.class::cast).toList();
      if (alias.isEmpty()) {
        return found;
      }
      found.addAll(alias);
      name = alias.getFirst().getTarget();
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    release();
    udp.close();
    tcp.close();
  }
}
