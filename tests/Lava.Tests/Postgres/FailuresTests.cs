using System.Net.Sockets;
using Lava.Postgres;
using Npgsql;

namespace Lava.Tests.Postgres;

public sealed class FailuresTests
{
    [Theory]
    [InlineData("57P03", true)] // starting up
    [InlineData("57P01", true)] // shutting down
    [InlineData("53300", true)] // too many connections
    [InlineData("25006", true)] // a standby
    [InlineData("28P01", false)] // wrong password
    [InlineData("28000", false)] // no such user
    [InlineData("3D000", false)] // no such database
    [InlineData("42501", false)] // not allowed
    public void MayPass_AnswerOfTheServer_IsTrueForItsStateAlone(string state, bool passes) =>
        Assert.Equal(passes, Failures.MayPass(new PostgresException("no", "FATAL", "FATAL", state)));

    [Fact]
    public void MayPass_NoServer_IsTrue()
    {
        Assert.True(Failures.MayPass(new NpgsqlException("connect", new SocketException((int)SocketError.ConnectionRefused))));
        Assert.True(Failures.MayPass(new SocketException((int)SocketError.HostNotFound)));
        Assert.True(Failures.MayPass(new NpgsqlException("read", new TimeoutException())));
    }

    [Fact]
    public void Reason_Wrapped_IsTheCause()
    {
        Assert.Equal("the cause", Failures.Reason(new NpgsqlException("outer", new IOException("middle", new IOException("the cause")))));
        Assert.Equal("no (28P01)", Failures.Reason(new PostgresException("no", "FATAL", "FATAL", "28P01")));
    }
}
