using Lava.Server.Hosting;

namespace Lava.Tests.Server.Hosting;

public class SocketThreadsTests
{
    [Fact]
    public async Task Leave_WhatASocketsThreadCompletes_GoesOnOnThePool()
    {
        // Completes whoever waits on its own thread, as a socket's thread does.
        var received = new TaskCompletionSource();
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (onPool, after) = (false, 0);
        var work = SocketThreads.LeaveAsync(async () =>
        {
            onPool = Thread.CurrentThread.IsThreadPoolThread;
            began.SetResult();
            await received.Task;
            after = Environment.CurrentManagedThreadId;
            onPool &= Thread.CurrentThread.IsThreadPoolThread;
        });
        await began.Task;
        var socket = new Thread(received.SetResult);
        socket.Start();
        socket.Join();
        await work;

        Assert.True(onPool);
        Assert.NotEqual(socket.ManagedThreadId, after);
    }

    [Fact]
    public async Task Leave_WorkThatFails_FailsToo() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => SocketThreads.LeaveAsync(() => throw new InvalidOperationException()));
}
