using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lava.Load.Comparing;

/// <summary>A TCP connection whose reads never wait and whose writes do.</summary>
internal sealed class RawSocket(Socket socket) : IDisposable
{
    private readonly int _descriptor = (int)socket.SafeHandle.DangerousGetHandle();

    public int Descriptor => _descriptor;

    public static RawSocket Connect(IPEndPoint to)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(to);
        return new RawSocket(socket);
    }

    /// <summary>What was read; 0: nothing is there; -1: the peer has closed, or the connection broke.</summary>
    public int Receive(Span<byte> into)
    {
        var read = (int)Native.Receive(_descriptor, ref MemoryMarshal.GetReference(into), into.Length, Native.DontWait);
        if (read > 0)
        {
            return read;
        }

        return read < 0 && Marshal.GetLastPInvokeError() is Native.TryAgain or Native.Interrupted ? 0 : -1;
    }

    /// <summary>False: the connection broke.</summary>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var sent = (int)Native.Send(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Native.NoSignal);
            if (sent < 0 && Marshal.GetLastPInvokeError() != Native.Interrupted)
            {
                return false;
            }

            bytes = bytes[Math.Max(0, sent)..];
        }

        return true;
    }

    public void Dispose() => socket.Dispose();
}
