using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Lava.Testing.Loopback;

/// <summary>
/// One blocking HTTP/1.1 connection, from either end, that allocates nothing per message: in a measurement of the process's
/// allocations it does not count.
/// </summary>
public sealed class LoopbackConnection : IDisposable
{
    private const int BufferBytes = 128 * 1024;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _filled;

    internal LoopbackConnection(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
    }

    public static LoopbackConnection Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return new LoopbackConnection(socket);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Reads one message with a Content-Length, or none; false at the end of the connection. Valid until the next read.</summary>
    public bool TryReceive(out ReadOnlySpan<byte> message)
    {
        _filled = 0;
        var length = int.MaxValue;
        while (_filled < length)
        {
            if (!TryFill())
            {
                message = default;
                return false;
            }

            if (length == int.MaxValue && _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8) is var end and >= 0)
            {
                length = end + 4 + ContentLength(_buffer.AsSpan(0, end));
            }
        }

        message = _buffer.AsSpan(0, _filled);
        return true;
    }

    /// <summary>Reads on until these bytes have come; what came before them is forgotten.</summary>
    public bool TryReceiveUntil(ReadOnlySpan<byte> mark)
    {
        while (true)
        {
            if (_buffer.AsSpan(0, _filled).IndexOf(mark) is var at and >= 0)
            {
                var rest = at + mark.Length;
                _buffer.AsSpan(rest, _filled - rest).CopyTo(_buffer);
                _filled -= rest;
                return true;
            }

            if (!TryFill())
            {
                return false;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool TryFill()
    {
        var read = _socket.Receive(_buffer.AsSpan(_filled), SocketFlags.None, out var error);
        _filled += read;
        return read > 0 && error == SocketError.Success;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("\r\nContent-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + "\r\nContent-Length: ".Length)..], out int length, out _) ? length : 0;
    }
}
