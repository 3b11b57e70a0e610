using System.Runtime.InteropServices;

namespace Lava.Load.Comparing;

/// <summary>Linux calls that load generator and provider make themselves: each costs one system call and nothing else.</summary>
internal static class Native
{
    public const int EpollIn = 1;
    public const int EpollAdd = 1;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int SignalInterrupt = 2;
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static extern int EpollCreate(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static extern int EpollControl(int poller, int operation, int descriptor, ref byte @event);

    [DllImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    public static extern int EpollWait(int poller, ref byte events, int max, ref TimeSpec timeout, nint signals);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(int socket, ref byte buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "close")]
    public static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "kill")]
    public static extern int Kill(int process, int signal);

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
