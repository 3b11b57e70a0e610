using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Lava.Testing.Loopback;

/// <summary>
/// One blocking HTTP/1.1 connection, from either end, that allocates nothing per message: in a measurement of the process's
/// allocations it does not count. Over a socket, or over whatever blocks and allocates nothing either.
/// </summary>
public sealed class LoopbackConnection : IDisposable
{
    private const int BufferBytes = 128 * 1024;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _filled;

    internal LoopbackConnection(Stream stream) => _stream = stream;

    internal LoopbackConnection(Socket socket)
        : this(new NetworkStream(socket, ownsSocket: true)) => socket.NoDelay = true;

    public static LoopbackConnection Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return new LoopbackConnection(socket);
    }

    /// <exception cref="IOException">The other end is gone.</exception>
    public void Send(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

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

    public void Dispose() => _stream.Dispose();

    private bool TryFill()
    {
        try
        {
            var read = _stream.Read(_buffer.AsSpan(_filled));
            _filled += read;
            return read > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("\r\nContent-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + "\r\nContent-Length: ".Length)..], out int length, out _) ? length : 0;
    }
}
