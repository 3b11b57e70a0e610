using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lava.Load.Comparing;

/// <summary>Waits for sockets to become readable: epoll, level-triggered, for one thread.</summary>
internal sealed class Poller : IDisposable
{
    private const int EventsMax = 256;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // The kernel packs the event on x86-64 alone.
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int EventBytes = Packed ? 12 : 16;
    private static readonly int TokenOffset = Packed ? 4 : 8;

    private readonly byte[] _events = new byte[EventsMax * EventBytes];
    private readonly int _poller = Check(Native.EpollCreate(0));

    /// <summary>Watches a socket until it is closed.</summary>
    /// <param name="socket">Its descriptor.</param>
    /// <param name="token">What <see cref="Token"/> says when it is readable.</param>
    public void Add(int socket, int token)
    {
        var added = new byte[EventBytes];
        BinaryPrimitives.WriteInt32LittleEndian(added, Native.EpollIn);
        BinaryPrimitives.WriteInt32LittleEndian(added.AsSpan(TokenOffset), token);
        Check(Native.EpollControl(_poller, Native.EpollAdd, socket, ref added[0]));
    }

    /// <summary>The number of readable sockets; zero when the time has passed.</summary>
    public int Wait(long nanoseconds)
    {
        var limit = Math.Max(0, nanoseconds);
        var timeout = new Native.TimeSpec { Seconds = limit / NanosecondsPerSecond, Nanoseconds = limit % NanosecondsPerSecond };
        var ready = Native.EpollWait(_poller, ref _events[0], EventsMax, ref timeout, 0);
        return ready < 0 && Marshal.GetLastPInvokeError() == Native.Interrupted ? 0 : Check(ready);
    }

    /// <summary>Which socket is the n-th of the last wait.</summary>
    public int Token(int index) => BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan((index * EventBytes) + TokenOffset));

    public void Dispose() => Native.Close(_poller);

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
